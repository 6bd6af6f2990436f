import Engine
import Explaining
import Formatting
import Networks

/// Three inputs, two sigmoid neurons: one whole learning cycle with all six weights.
enum LearningCycleLesson: CatalogLesson {
  static let name = "learning-cycle"
  static let title = "One learning cycle: three inputs, two neurons"

  private static let input = [1, 0.5, 0.2]
  private static let target = [0.0, 1]
  private static let rate = 0.001

  static func make() throws -> Lesson {
    let network = SmallNetwork(
      layers: [Dense(2, usesBias: false, name: "neurons"), Activation(.sigmoid)], inputs: 3,
      loss: .halfSumOfSquares, weights: ["neurons/kernel": [0.1, 0.5, 0.9, 0.2, -0.3, 0.7]])
    let sums = try network.values(input)[0]
    let before = try network.cycle(input, target: target)
    let next = network.stepped(before, rate: rate)
    let after = try next.cycle(input, target: target)
    return Lesson(
      name, title: title,
      idea: "Forward, loss, backward, step, forward again: the cycle that all training repeats, "
        + "with every number in sight. The first neuron should be silent (0), the second fire (1).",
      steps: [
        try forward(network, sums, before), loss(before), try backward(network, before),
        update(network, before, next),
        again(before, after),
      ])
  }

  /// The weight from an input to a neuron, both counted from 1.
  private static func weight(_ input: Int, _ neuron: Int) -> String {
    Symbol("w", places: [input, neuron]).text
  }

  private static func forward(
    _ network: SmallNetwork, _ sums: [Double], _ cycle: SmallNetwork.Cycle
  ) throws -> Lesson.Step {
    let weights = network.weights["neurons/kernel"]!
    let names = numbered("x", 3)
    let formulas = (0..<2).map { neuron in
      weightedSum(
        [0, 1, 2].map { weights[$0 * 2 + neuron] }, [1, 2, 3].map { weight($0, neuron + 1) },
        input,
        names)
    }
    return .init(
      "Forward: weighted sums, then the sigmoid",
      .figure(try network.picture(input, target: target)),
      .formula(.init("z₁", formulas[0])), .formula(.init("z₂", formulas[1])),
      .formula(.init("a₁", Ops.Sigmoid().value(SymbolicExpression.variable("z₁", sums[0])))),
      .formula(.init("a₂", Ops.Sigmoid().value(SymbolicExpression.variable("z₂", sums[1])))),
      .printed([
        .init("z₁", prints: "0.49", computed: sums[0]),
        .init("z₂", prints: "0.74", computed: sums[1]),
        .init("a₁", prints: "0.62010643", computed: cycle.output[0]),
        .init("a₂", prints: "0.67699586", computed: cycle.output[1]),
      ]))
  }

  private static func loss(_ cycle: SmallNetwork.Cycle) -> Lesson.Step {
    let terms = (0..<2).map { neuron in
      HalfSquaredError().value(
        SymbolicExpression.variable("a\(["₁", "₂"][neuron])", cycle.output[neuron]),
        .variable("y\(["₁", "₂"][neuron])", target[neuron]))
    }
    return .init(
      "Loss: half the sum of the squares",
      .formula(.init("L", terms[0] + terms[1])),
      .text(
        "Where this example comes from, the running text tells this loss with four decimals as "
          + "0.2443. That is a slip: four decimals give 0.2444."),
      .printed([
        .init("error of neuron 1", prints: "-0.62010643", computed: target[0] - cycle.output[0]),
        .init("error of neuron 2", prints: "0.32300414", computed: target[1] - cycle.output[1]),
        .init("loss", prints: "0.24443183216018016", computed: cycle.loss),
        .init("loss, in the text", prints: "0.2443", computed: cycle.loss),
      ]))
  }

  private static func backward(
    _ network: SmallNetwork, _ cycle: SmallNetwork.Cycle
  ) throws -> Lesson.Step {
    func delta(_ neuron: Int) -> SymbolicExpression {
      let mark = ["₁", "₂"][neuron]
      let a = SymbolicExpression.variable("a\(mark)", cycle.output[neuron])
      let slope = HalfSquaredError().derivative(a, .variable("y\(mark)", target[neuron]), value: a)
        .0
      return slope * Ops.Sigmoid().derivative(.variable("z\(mark)", 0), a)
    }
    let deltas = [delta(0), delta(1)]
    let first = SymbolicExpression.variable("x₁", input[0]) * .variable("∂L/∂z₁", deltas[0].real)
    let gradients = cycle.gradients["neurons/kernel"]!
    let texts = [
      "0.14608123", "-0.07063211", "0.07304061", "-0.03531606", "0.02921625", "-0.01412642",
    ]
    return .init(
      "Backward: blame, shared out",
      .text("Each neuron's error times the slope of its sigmoid; then times each input."),
      .formula(.init("∂L/∂z₁", deltas[0])), .formula(.init("∂L/∂z₂", deltas[1])),
      .formula(.init("∂L/∂\(weight(1, 1))", first)),
      .printed(printed("slope at", texts, gradients)),
      .figure(try network.picture(input, target: target, .backward)),
      .question(
        try .init(
          "Were the third input 0 instead of 0.2, what would be the slope at its weight to neuron 1?",
          solution: "0",
          hint: "Each slope is the neuron's share of the blame times the input that came in.")))
  }

  private static func printed(
    _ what: String, _ texts: [String], _ numbers: [Double]
  ) -> [PrintedNumber] {
    zip(texts, numbers).enumerated().map { index, pair in
      .init("\(what) \(weight(index / 2 + 1, index % 2 + 1))", prints: pair.0, computed: pair.1)
    }
  }

  private static func update(
    _ network: SmallNetwork, _ cycle: SmallNetwork.Cycle, _ next: SmallNetwork
  ) -> Lesson.Step {
    let new = gradientDescent.update(
      SymbolicExpression.variable(weight(1, 1), network.weights["neurons/kernel"]![0]),
      gradient: .variable("∂L/∂\(weight(1, 1))", cycle.gradients["neurons/kernel"]![0]), state: [],
      counters: [], rate: .variable("rate", rate)
    ).parameter
    let texts = [
      "0.09985392", "0.50007063", "0.89992696", "0.20003532", "-0.30002922", "0.70001413",
    ]
    return .init(
      "Step: all six weights, each by its own slope",
      .formula(.init("new \(weight(1, 1))", new)),
      .printed(printed("new", texts, next.weights["neurons/kernel"]!)))
  }

  private static func again(
    _ before: SmallNetwork.Cycle, _ after: SmallNetwork.Cycle
  ) -> Lesson.Step {
    .init(
      "Forward again: the loss fell, a little",
      .text(
        "From \(numberText(before.loss)) to \(numberText(after.loss)). The step was small on purpose; thousands of them make "
          + "a trained network."),
      .printed([
        .init("new a₁", prints: "0.62006204", computed: after.output[0]),
        .init("new a₂", prints: "0.67701578", computed: after.output[1]),
        .init("new loss", prints: "0.24439786890413875", computed: after.loss),
      ]))
  }
}
