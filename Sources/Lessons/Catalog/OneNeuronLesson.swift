import Engine
import Formatting
import Networks

/// A neuron with one input: forward, loss, backward, one step, and it is right.
enum OneNeuronLesson: CatalogLesson {
  static let name = "one-neuron"
  static let title = "One neuron, one step"

  static let x = 2.0
  static let target = 1.5

  static let neuron = SmallNetwork(
    layers: [Dense(1, name: "neuron")], inputs: 1, loss: .meanSquaredError,
    weights: ["neuron/kernel": [0.5], "neuron/bias": [0.1]])

  static func make() throws -> Lesson {
    let cycle = try neuron.cycle([x], target: [target])
    let next = neuron.stepped(cycle, rate: 0.1)
    let after = try next.cycle([x], target: [target])
    return Lesson(
      name, title: title,
      idea: "A neuron multiplies, adds and answers. The chain rule says how each of its numbers "
        + "moves the loss, and one step against that slope makes the answer better.",
      steps: [
        try forward(neuron, cycle), loss(cycle), try backward(cycle), update(cycle, next),
        try again(next, cycle, after), try otherRates(cycle), try threeInputs(),
      ])
  }

  private static func answer(_ network: SmallNetwork) -> SymbolicExpression {
    weightedSum(
      network.weights["neuron/kernel"]!, ["w"], [x], ["x"],
      bias: network.weights["neuron/bias"]![0])
  }

  private static func forward(
    _ network: SmallNetwork, _ cycle: SmallNetwork.Cycle
  ) throws -> Lesson.Step {
    .init(
      "Forward: what the neuron answers",
      .text("The input is 2, the weight 0.5, the bias 0.1. There is no activation."),
      .figure(try network.picture([x], target: [target])),
      .formula(.init("ŷ", answer(network))),
      .printed([.init("answer", prints: "1.1", computed: cycle.output[0])]))
  }

  private static func loss(_ cycle: SmallNetwork.Cycle) -> Lesson.Step {
    let (guess, truth) = symbols(cycle)
    return .init(
      "Loss: how wrong is that",
      .text("It should have been 1.5. A plain difference could be negative, so it is squared."),
      .formula(.init("L", SquaredError().value(guess, truth))),
      .printed([.init("loss", prints: "0.16", computed: cycle.loss)]))
  }

  private static func symbols(_ cycle: SmallNetwork.Cycle) -> (
    SymbolicExpression, SymbolicExpression
  ) {
    (.variable("ŷ", cycle.output[0]), .variable("y", target))
  }

  private static func backward(_ cycle: SmallNetwork.Cycle) throws -> Lesson.Step {
    let (guess, truth) = symbols(cycle)
    let slope = SquaredError().derivative(guess, truth, value: .variable("L", cycle.loss)).0
    let down = SymbolicExpression.variable("∂L/∂ŷ", slope.real)
    let kernel = cycle.gradients["neuron/kernel"]![0]
    let bias = cycle.gradients["neuron/bias"]![0]
    return .init(
      "Backward: which way is down",
      .text(
        "First how the loss follows the answer; then, times how the answer follows the weight "
          + "(that is x) and the bias (that is 1)."),
      .formula(.init("∂L/∂ŷ", slope)),
      .formula(.init("∂L/∂w", down * .variable("x", x))),
      .formula(.init("∂L/∂b", down * 1)),
      .printed([
        .init("slope at the answer", prints: "-0.8", computed: slope.real),
        .init("slope at the weight", prints: "-1.6", computed: kernel),
        .init("slope at the bias", prints: "-0.8", computed: bias),
      ]),
      .question(
        try .init(
          "With the input 3 and everything else as it is, what would the slope at the weight be?",
          solution: "2 * (0.5 * 3 + 0.1 - 1.5) * 3",
          hint: "The answer changes first: 0.5 · 3 + 0.1. Then its slope, times x.")))
  }

  private static func update(
    _ cycle: SmallNetwork.Cycle, _ next: SmallNetwork
  ) -> Lesson.Step {
    let rate = SymbolicExpression.variable("rate", 0.1)
    func changed(_ name: String, _ weight: Double, _ gradient: Double) -> Lesson.Formula {
      let new = gradientDescent.update(
        SymbolicExpression.variable(name, weight), gradient: .variable("∂L/∂\(name)", gradient),
        state: [],
        counters: [], rate: rate
      ).parameter
      return .init("new \(name)", new)
    }
    return .init(
      "Step: against the slope",
      .text("Both slopes are negative, so both numbers grow."),
      .formula(changed("w", 0.5, cycle.gradients["neuron/kernel"]![0])),
      .formula(changed("b", 0.1, cycle.gradients["neuron/bias"]![0])),
      .printed([
        .init("new weight", prints: "0.66", computed: next.weights["neuron/kernel"]![0]),
        .init("new bias", prints: "0.18", computed: next.weights["neuron/bias"]![0]),
      ]))
  }

  private static func again(
    _ next: SmallNetwork, _ before: SmallNetwork.Cycle, _ after: SmallNetwork.Cycle
  ) throws -> Lesson.Step {
    .init(
      "Forward again: did it help",
      .figure(try next.picture([x], target: [target])),
      .formula(.init("ŷ", answer(next))),
      .text(
        "The loss fell from \(numberText(before.loss)) to 0, as nearly as 64-bit numbers can say it. The "
          + "very first step arrives."),
      .printed([.init("new answer", prints: "1.5", computed: after.output[0])]))
  }

  private static func otherRates(_ cycle: SmallNetwork.Cycle) throws -> Lesson.Step {
    let rows = try [0.01, 0.05, 0.1, 0.15, 0.2, 0.25].map { rate in
      let after = try neuron.stepped(cycle, rate: rate).cycle([x], target: [target])
      // What is left at the best rate is the last of 64 bits.
      return Lesson.row(numberText(rate), [after.output[0], after.loss < 1e-30 ? 0 : after.loss])
    }
    let factor = 2 * (x * x + 1)
    return .init(
      "Why one step was enough",
      .text(
        "That was luck with the learning rate. A step changes the answer by rate · 2(x² + 1) = rate "
          + "· \(numberText(factor)) of the error, so only a rate of \(numberText(1 / factor)) hits "
          + "exactly. Smaller rates fall short; from \(numberText(2 / factor)) on the loss no longer "
          + "falls. One example and a straight line can be hit in one step; real networks need many."
      ),
      .table(.init(["rate", "new answer", "new loss"], rows)))
  }

  private static func threeInputs() throws -> Lesson.Step {
    let sum = weightedSum(
      [0.5, 0.7, 0.2], numbered("w", 3), [0.8, 0.3, 0.5], numbered("x", 3), bias: -0.3)
    let output = Ops.ReLU().value(SymbolicExpression.variable("z", sum.real))
    return .init(
      "More inputs, and an activation",
      .text(
        "A neuron with three inputs adds three products. Then ReLU lets through what is above 0."),
      .formula(.init("z", sum)), .formula(.init("a", output)),
      .printed([.init("answer", prints: "0.41", computed: output.real)]),
      .question(
        try .init(
          "The second input grows from 0.3 to 1. What does the neuron answer now?",
          solution: "relu(0.5 * 0.8 + 0.7 * 1 + 0.2 * 0.5 - 0.3)",
          hint: "Only the middle product changes.")))
  }
}
