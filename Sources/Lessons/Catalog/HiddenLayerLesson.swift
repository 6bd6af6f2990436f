import Engine
import Explaining
import Formatting
import Networks

/// Back-propagation through a hidden layer, written out.
enum HiddenLayerLesson: CatalogLesson {
  static let name = "hidden-layer"
  static let title = "A hidden layer's back-propagation by hand"

  private static let input = [0.6, 0.2]
  private static let target = 1.0
  private static let rate = 0.5
  private static let kernel = [0.4, -0.3, 0.1, 0.8]
  private static let hiddenBias = [0.1, -0.2]
  private static let output = [0.5, -0.6]
  private static let outputBias = 0.2

  static let network = SmallNetwork(
    layers: [
      Dense(2, name: "hidden"), Activation(.sigmoid), Dense(1, name: "output"),
      Activation(.sigmoid),
    ], inputs: 2, loss: .halfSumOfSquares,
    weights: [
      "hidden/kernel": kernel, "hidden/bias": hiddenBias, "output/kernel": output,
      "output/bias": [outputBias],
    ])

  static func make() throws -> Lesson {
    let values = try network.values(input)
    let cycle = try network.cycle(input, target: [target])
    let next = network.stepped(cycle, rate: rate)
    let after = try next.cycle(input, target: [target])
    return Lesson(
      name, title: title,
      idea:
        "A hidden neuron has no target of its own. Its blame is what comes back to it: the blame of "
        + "each neuron it feeds, times the weight that leads there, times the slope of its own activation.",
      steps: [
        try forward(values), last(cycle, values), try hidden(cycle, values),
        try step(cycle, next, after),
      ])
  }

  private static func a(_ values: [[Double]], _ neuron: Int) -> SymbolicExpression {
    .variable(numbered("a", 2)[neuron], values[1][neuron])
  }

  private static func forward(_ values: [[Double]]) throws -> Lesson.Step {
    let sums = (0..<2).map { neuron in
      weightedSum(
        [0, 1].map { kernel[$0 * 2 + neuron] },
        [1, 2].map { Symbol("w", places: [$0, neuron + 1]).text }, input, numbered("x", 2),
        bias: hiddenBias[neuron])
    }
    let z = numbered("z", 2)
    let last = weightedSum(
      output, numbered("v", 2), values[1], numbered("a", 2), bias: outputBias)
    let sigmoid = Ops.Sigmoid()
    return .init(
      "Forward",
      .figure(try network.picture(input, target: [target])),
      .formula(.init("z₁", sums[0])), .formula(.init("z₂", sums[1])),
      .formula(.init("a₁", sigmoid.value(SymbolicExpression.variable(z[0], values[0][0])))),
      .formula(.init("a₂", sigmoid.value(SymbolicExpression.variable(z[1], values[0][1])))),
      .formula(.init("s", last)),
      .formula(.init("ŷ", sigmoid.value(SymbolicExpression.variable("s", values[2][0])))))
  }

  /// How the loss follows the output's sum.
  private static func outputDelta(_ guess: Double) -> SymbolicExpression {
    let guess = SymbolicExpression.variable("ŷ", guess)
    let slope = HalfSquaredError().derivative(guess, .variable("y", target), value: guess).0
    return slope * Ops.Sigmoid().derivative(.variable("s", 0), guess)
  }

  private static func last(_ cycle: SmallNetwork.Cycle, _ values: [[Double]]) -> Lesson.Step {
    let delta = outputDelta(cycle.output[0])
    return .init(
      "Backward, first the output",
      .text("The answer should have been 1. The loss is half the square of the error."),
      .formula(.init("∂L/∂s", delta)),
      .formula(.init("∂L/∂v₁", SymbolicExpression.variable("∂L/∂s", delta.real) * a(values, 0))))
  }

  private static func hidden(
    _ cycle: SmallNetwork.Cycle, _ values: [[Double]]
  ) throws -> Lesson.Step {
    let delta = SymbolicExpression.variable("∂L/∂s", outputDelta(cycle.output[0]).real)
    let deltas = (0..<2).map { neuron in
      delta * .variable(numbered("v", 2)[neuron], output[neuron])
        * Ops.Sigmoid().derivative(.variable("z", 0), a(values, neuron))
    }
    let w = Symbol("w", places: [1, 1]).text
    let first = SymbolicExpression.variable("∂L/∂z₁", deltas[0].real) * .variable("x₁", input[0])
    return .init(
      "Then one layer back",
      .text(
        "The hidden neurons do not meet the target. The output's blame comes back to each along its "
          + "weight, and through the slope a(1 - a) of its own sigmoid:"),
      .formula(.init("∂L/∂z₁", deltas[0])), .formula(.init("∂L/∂z₂", deltas[1])),
      .text("From there it goes on as in a network of one layer: times each input."),
      .formula(.init("∂L/∂\(w)", first)),
      .text(
        "The engine's own slopes of the four weights are "
          + "\(listText(cycle.gradients["hidden/kernel"]!)), the first of them the one above."),
      .figure(try network.picture(input, target: [target], .backward)),
      .question(
        try .init(
          "What is the slope of the loss at the weight from the second input to the second neuron?",
          solution: "\(numberText(deltas[1].real)) * 0.2", hint: "∂L/∂z₂ times the second input.")))
  }

  private static func step(
    _ cycle: SmallNetwork.Cycle, _ next: SmallNetwork, _ after: SmallNetwork.Cycle
  ) throws -> Lesson.Step {
    let rows = network.weights.keys.sorted().flatMap { name in
      network.weights[name]!.indices.map { place in
        Lesson.row(
          "\(name) \(place + 1)",
          [
            network.weights[name]![place], cycle.gradients[name]![place],
            next.weights[name]![place],
          ])
      }
    }
    return .init(
      "The step, all nine numbers at once",
      .table(.init(["parameter", "before", "slope", "after"], rows)),
      .text(
        "With the rate \(numberText(rate)) the loss falls from \(numberText(cycle.loss)) to "
          + "\(numberText(after.loss))."),
      .question(
        try .init(
          "A hidden neuron feeds two outputs, through weights 2 and -1. Their blames are 0.1 and 0.3, "
            + "its own slope is 0.25. What is its blame?",
          solution: "(0.1 * 2 + 0.3 * -1) * 0.25",
          hint: "Blame that comes back on several ways is added.")))
  }
}
