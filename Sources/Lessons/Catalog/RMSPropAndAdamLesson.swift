import Charts
import Engine
import Formatting
import Networks

/// What RMSProp and Adam make of gradients, step by step.
enum RMSPropAndAdamLesson: CatalogLesson {
  static let name = "rmsprop-and-adam"
  static let title = "RMSProp and Adam by number"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "Both divide each step by how large the gradients of that weight have been. A weight with small "
        + "gradients then moves as fast as one with large ones. Adam adds momentum, and corrects both "
        + "means for their start at 0.",
      steps: [try rmsprop(), try adam(), try scales(), try valley()])
  }

  private static let weight = SymbolicExpression.variable("w", 0.5)
  private static let gradient = SymbolicExpression.variable("g", 0.2)
  private static let rate = SymbolicExpression.variable("rate", 0.01)

  private static func rmsprop() throws -> Lesson.Step {
    let rule = RMSProp.usual
    let (new, state) = rule.update(
      weight, gradient: gradient, state: [.variable("v", 0)], counters: [], rate: rate)
    return .init(
      "The first step of RMSProp",
      .text("A weight 0.5, a gradient 0.2, a rate 0.01. First the running mean of the square:"),
      .formula(.init("new v", state[0])),
      .text("Then the step, divided by its root:"), .formula(.init("new w", new)),
      .text(
        "The step is \(numberText(0.5 - new.real)): the mean has only seen a tenth of this square yet, "
          + "so the first step is √10 times the rate."),
      .question(
        try .init(
          "The gradient was 20 instead of 0.2. How long is the first step?",
          solution: "0.01 * 20 / sqrt(0.1 * 20^2)", hint: "Its size is divided out again.")))
  }

  private static func adam() throws -> Lesson.Step {
    let rule = Adam.usual
    let counters = rule.count([0.0, 0.0])
    let (new, state) = rule.update(
      weight, gradient: gradient, state: [.variable("m", 0), .variable("v", 0)],
      counters: zip(numbered("c", 2), counters).map { .variable($0, $1) }, rate: rate)
    return .init(
      "The first step of Adam",
      .text("Two running means, of the gradient and of its square, both begun at 0:"),
      .formula(.init("new m", state[0])), .formula(.init("new v", state[1])),
      .text(
        "c₁ and c₂ are the same running means of ones, \(numberText(counters[0])) and "
          + "\(numberText(counters[1])) after one step. Dividing by them undoes the start at 0:"),
      .formula(.init("new w", new)),
      .text(
        "The step is \(numberText(0.5 - new.real)): Adam's first step has the length of the rate, "
          + "whatever the gradient."),
      .question(
        try .init(
          "How large is c₁ after two steps?", solution: "1 - 0.9^2",
          hint: "c = 0.9 · c + 0.1, beginning at 0.")))
  }

  private static let gradients = [0.2, 0.3, -0.1, 0.2, 0.25, 0.1]

  private static func lengths(_ rule: some UpdateRule, _ factor: Double) -> [Double] {
    var (w, state) = (0.0, rule.state.map(\.initial))
    var counters = rule.counters.map { _ in 0.0 }
    return gradients.map { gradient in
      counters = rule.count(counters)
      let old = w
      (w, state) = rule.update(
        w, gradient: factor * gradient, state: state, counters: counters, rate: 0.01)
      return w - old
    }
  }

  private static func scales() throws -> Lesson.Step {
    let rules: [(String, any UpdateRule)] = [
      ("sgd", gradientDescent), ("rmsprop", RMSProp.usual), ("adam", Adam.usual),
    ]
    let rows = rules.flatMap { name, rule in
      [1, 100].map { factor in
        Lesson.row(
          factor == 1 ? name : "\(name), gradients × 100",
          measured: [0, 2, 5].map { lengths(rule, Double(factor))[$0] })
      }
    }
    return .init(
      "Six gradients, and the same a hundred times as large",
      .text(
        "The gradients are \(listText(gradients)), the rate is 0.01. How far each step goes:"),
      .table(.init(["", "step 1", "step 3", "step 6"], rows)),
      .text(
        "Plain descent goes a hundred times as far; the other two do the same as before. At step 3 the "
          + "gradient turns round: RMSProp turns at once, Adam still goes on with what it remembers."
      ))
  }

  /// Fifty times as steep along y as along x.
  private static func loss(_ x: Double, _ y: Double) -> Double { (x * x + 50 * y * y) / 2 }

  private static func walk(
    _ rule: some UpdateRule, rate: Double
  ) -> [(x: Double, y: Double)] {
    var place = [-1.0, 0.6]
    var states = place.map { _ in rule.state.map(\.initial) }
    var counters = rule.counters.map { _ in 0.0 }
    return [(place[0], place[1])]
      + (1...60).map { _ in
        counters = rule.count(counters)
        for (axis, slope) in [place[0], 50 * place[1]].enumerated() {
          (place[axis], states[axis]) = rule.update(
            place[axis], gradient: slope, state: states[axis], counters: counters, rate: rate)
        }
        return (place[0], place[1])
      }
  }

  private static func valley() throws -> Lesson.Step {
    let rules: [(String, any UpdateRule, Double)] = [
      ("sgd, rate 0.03", gradientDescent, 0.03), ("rmsprop, rate 0.02", RMSProp.usual, 0.02),
      ("adam, rate 0.05", Adam.usual, 0.05),
    ]
    let walks = rules.map { name, rule, rate in (name, walk(rule, rate: rate)) }
    return .init(
      "A narrow valley",
      .text("The loss (x² + 50y²) ÷ 2 is fifty times as steep along y as along x:"),
      .chart(
        LineChart(
          title: "Loss after each step",
          series: walks.map { name, path in
            .init(name, values: path.map { loss($0.x, $0.y) }, from: 0)
          }, xTitle: "step", yTitle: "loss", yKind: .logarithmic)),
      .figure(
        LossLandscape(
          title: "Adam's way", xTitle: "x", yTitle: "y", x: -1.1...0.3, y: -0.7...0.7, side: 33,
          path: walks[2].1, loss: loss
        ).figure))
  }
}
