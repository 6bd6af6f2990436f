import Charts
import Engine
import Formatting
import Networks

/// From scores to probabilities, by hand.
enum SoftmaxAndSigmoidLesson: CatalogLesson {
  static let name = "softmax-and-sigmoid"
  static let title = "Softmax and sigmoid by hand"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea: "Both turn scores into probabilities with the exponential function: the sigmoid one "
        + "score, softmax several scores, which then sum to 1.",
      steps: [try sigmoid(), try three(), try two(), try relation()])
  }

  private static func sigmoid() throws -> Lesson.Step {
    let function = Ops.Sigmoid()
    let points = (-60...60).map { step in
      (x: Double(step) / 10, y: function.value(Double(step) / 10))
    }
    let slopes = points.map { (x: $0.x, y: function.derivative($0.x, $0.y)) }
    return .init(
      "The sigmoid squashes any number into 0 to 1",
      .formula(.init("σ(2)", function.value(SymbolicExpression.variable("z", 2)))),
      .printed([
        .init("σ(0)", prints: "0.5", computed: function.value(0.0)),
        .init("σ(2)", prints: "0.88", computed: function.value(2.0)),
        .init("σ(-2)", prints: "0.12", computed: function.value(-2.0)),
        .init("its largest slope", prints: "0.25", computed: function.derivative(0.0, 0.5)),
      ]),
      .chart(
        LineChart(
          title: "The sigmoid and its slope",
          series: [.init("σ(z)", points), .init("slope", slopes)], xTitle: "z", yTitle: "value",
          countsOnX: false)))
  }

  private static func three() throws -> Lesson.Step {
    let scores = [2.0, 1.0, 0.1]
    let powers = scores.map { Ops.Exponential().value($0) }
    let total = powers.reduce(0, +)
    let shares = try softmax(scores).map(\.real)
    let names = ["dog", "cat", "bird"]
    return .init(
      "Softmax: each score's share of the whole",
      .text(
        "e to the power of each score makes all of them positive; then each is divided by "
          + "their sum."),
      .table(
        .init(
          ["", "score", "e^score", "share"],
          names.indices.map { Lesson.row(names[$0], [scores[$0], powers[$0], shares[$0]]) }
            + [["sum"] + Lesson.row("", [total, shares.reduce(0, +)])])),
      .printed([
        .init("e^2.0", prints: "7.389", computed: powers[0]),
        .init("e^1.0", prints: "2.718", computed: powers[1]),
        .init("e^0.1", prints: "1.105", computed: powers[2]),
        .init("sum of the printed three", prints: "11.212", computed: 7.389 + 2.718 + 1.105),
        .init("P(dog)", prints: "65.9%", computed: shares[0]),
        .init("P(cat)", prints: "24.2%", computed: shares[1]),
        .init("P(bird)", prints: "9.9%", computed: shares[2]),
      ]),
      .text(
        "The unrounded sum is \(numberText(total)): with rounded numbers the last digit may "
          + "differ, and that is no error."))
  }

  private static func two() throws -> Lesson.Step {
    let written = try softmax([2.3, 0.8], names: ["z₁", "z₂"])
    return .init(
      "The same without overflow",
      .text(
        "e^1000 is too large for a computer. Taking the largest score off all of them first "
          + "changes no share, so that is what the engine does. Here for the scores 2.3 and 0.8:"),
      .formula(.init("P(dog)", written[0])), .formula(.init("P(cat)", written[1])),
      .printed([
        .init("e^2.3", prints: "9.97", computed: Ops.Exponential().value(2.3)),
        .init("e^0.8", prints: "2.23", computed: Ops.Exponential().value(0.8)),
        .init("P(dog), from the rounded powers", prints: "0.817", computed: 9.97 / (9.97 + 2.23)),
        .init("P(cat), from the rounded powers", prints: "0.183", computed: 2.23 / (9.97 + 2.23)),
      ]),
      .text(
        "Without rounding on the way it is \(numberText(written[0].real)) and "
          + "\(numberText(written[1].real)), which round to a last digit one off: rounding early "
          + "has a price."))
  }

  private static func relation() throws -> Lesson.Step {
    let pairs = [(2.3, 0.8), (0.0, 0.0), (-1.0, 3.0)]
    let rows = try pairs.map { a, b in
      [numberText(a), numberText(b), numberText(try softmax([a, b])[0].real)]
        + [numberText(Ops.Sigmoid().value(a - b))]
    }
    return .init(
      "With two classes they are the same thing",
      .text("Softmax of two scores is the sigmoid of their difference."),
      .table(.init(["z₁", "z₂", "softmax, first", "σ(z₁ - z₂)"], rows)),
      .question(
        try .init(
          "Two classes have the scores 1.5 and 0.5. What is the probability of the first?",
          solution: "1 / (1 + e^-1)", hint: "The sigmoid of the difference.")))
  }

  private static func softmax(_ scores: [Double], names: [String]? = nil) throws
    -> [SymbolicExpression]
  {
    let values = scores.enumerated().map { index, score in
      names.map { SymbolicExpression.variable($0[index], score) } ?? SymbolicExpression(score)
    }
    let cells = Elements(shape: try TensorShape(checking: [scores.count]), values: values)
    return try TermFunction.apply(Ops.Softmax(), [cells]).values
  }
}
