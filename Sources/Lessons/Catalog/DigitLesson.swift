import Engine
import Formatting
import Networks

/// A blurred 1 on sixteen pixels, read by a network of 16-4-3-2.
enum DigitLesson: CatalogLesson {
  static let name = "digit"
  static let title = "Reading a digit of 4×4 pixels with 16-4-3-2"

  private static let image = [
    0.1, 0.7, 0.2, 0.1, 0.2, 0.8, 0.2, 0.1, 0.1, 0.6, 0.3, 0.2, 0.1, 0.7, 0.1, 0.1,
  ]
  /// The weights of each neuron, and its bias, layer by layer.
  private static let neurons: [[(weights: [Double], bias: Double)]] = [
    [
      ([0.5, 0.8, 0.1, 0, 0.3, 0.9, 0.2, 0, 0.4, 0.7, 0.1, 0.1, 0.2, 0.8, 0, 0], -0.5),
      (
        [0.1, 0.2, 0.3, 0.1, 0.2, 0.1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.1, 0.2, 0.3, 0.1, 0.1], -0.2
      ),
      (
        [0.2, 0.1, 0.4, 0.2, 0.1, 0.2, 0.3, 0.1, 0.2, 0.1, 0.3, 0.2, 0.1, 0.2, 0.2, 0.1], -0.3
      ),
      (
        [0.1, 0.3, 0.2, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.3, 0.1, 0.1], -0.1
      ),
    ],
    [([0.6, 0.3, 0.2, 0.1], -0.2), ([0.2, 0.5, 0.4, 0.3], -0.1), ([0.1, 0.4, 0.3, 0.5], -0.15)],
    [([0.8, 0.4, 0.2], -0.3), ([0.1, 0.3, 0.5], -0.2)],
  ]
  private static let names = ["first", "second", "last"]

  static let network: SmallNetwork = {
    var weights: [String: [Double]] = [:]
    for (name, layer) in zip(names, neurons) {
      let inputs = layer[0].weights.indices
      weights["\(name)/kernel"] = inputs.flatMap { input in layer.map { $0.weights[input] } }
      weights["\(name)/bias"] = layer.map(\.bias)
    }
    return SmallNetwork(
      layers: [
        Dense(4, name: "first"), Activation(.relu), Dense(3, name: "second"), Activation(.relu),
        Dense(2, name: "last"), Activation(.softmax),
      ], inputs: 16, loss: .meanSquaredError, weights: weights)
  }()

  static func make() throws -> Lesson {
    let values = try network.values(image)
    return Lesson(
      name, title: title,
      idea:
        "Sixteen brightnesses go in, two probabilities come out: is it a 1 or a 0? Each layer is "
        + "the same sum again, over what the layer before made.",
      steps: [imageStep(), try first(values), second(values), try last(values), slips(values)])
  }

  private static func imageStep() -> Lesson.Step {
    .init(
      "The image",
      .figure(drawing(of: image, width: 4)),
      .table(
        .init(
          ["row", "", "", "", ""],
          (0..<4).map { Lesson.row("\($0 + 1)", Array(image[$0 * 4..<$0 * 4 + 4])) })),
      .text("Row by row these are the inputs x₁ to x₁₆; 0 is black, 1 is white."))
  }

  private static func first(_ values: [[Double]]) throws -> Lesson.Step {
    let neuron = neurons[0][0]
    let sum = weightedSum(
      neuron.weights, numbered("w", 16), image, numbered("x", 16), bias: neuron.bias)
    return .init(
      "First hidden layer: four neurons with sixteen weights each",
      .figure(try network.drawing(input: "pixels", output: "P")),
      .figure(try network.picture(image, target: [1, 0])),
      .formula(.init("z₁", sum)),
      .formula(.init("a₁", Ops.ReLU().value(SymbolicExpression.variable("z₁", sum.real)))),
      .printed([.init("a₁", prints: "2.04", computed: values[1][0])]),
      .text(
        "The other three neurons work the same way. The worked text that this example comes from "
          + "slips in their sums:"),
      .printed([
        .init("sum of neuron 2, without bias", prints: "0.31", computed: values[0][1] + 0.2),
        .init("sum of neuron 3, without bias", prints: "0.49", computed: values[0][2] + 0.3),
        .init("sum of neuron 4, without bias", prints: "0.36", computed: values[0][3] + 0.1),
      ]),
      .text("So the layer makes \(listText(values[1])), not the text's [2.04, 0.11, 0.19, 0.26]."))
  }

  private static func second(_ values: [[Double]]) -> Lesson.Step {
    .init(
      "Second hidden layer: three neurons",
      .formula(.init("z₁", layerSum(1, 0, values[1]))),
      .text(
        "Together, after ReLU: \(listText(values[3])). Every number of this layer is wrong "
          + "in the worked text, but by inheritance only: from its own inputs it computes right."
      ))
  }

  private static func last(_ values: [[Double]]) throws -> Lesson.Step {
    let z = values[4]
    let powers = z.map { Ops.Exponential().value($0) }
    return .init(
      "Output: two scores, then softmax",
      .formula(.init("z(1)", layerSum(2, 0, values[3]))),
      .formula(.init("z(0)", layerSum(2, 1, values[3]))),
      .table(
        .init(
          ["digit", "score", "e^score", "probability"],
          (0..<2).map { Lesson.row("\(1 - $0)", [z[$0], powers[$0], values[5][$0]]) })),
      .printed([
        .init("P(digit is 1)", prints: "65.7%", computed: values[5][0], isInheriting: true),
        .init("P(digit is 0)", prints: "34.3%", computed: values[5][1], isInheriting: true),
      ]),
      .text("The network says 1, a little more surely than the text has it."),
      .question(
        try .init(
          "Both scores rise by 3. What is P(digit is 1) then?",
          solution:
            "exp(\(numberText(z[0]))) / (exp(\(numberText(z[0]))) + exp(\(numberText(z[1]))))",
          hint: "Every power of e grows by the same factor e^3, above and below the line.")))
  }

  private static func layerSum(_ layer: Int, _ neuron: Int, _ inputs: [Double])
    -> SymbolicExpression
  {
    let (weights, bias) = neurons[layer][neuron]
    return weightedSum(
      weights, numbered("w", weights.count), inputs, numbered("h", weights.count), bias: bias)
  }

  /// What the text's own hidden numbers give: everything after its three slips is consistent.
  private static func slips(_ values: [[Double]]) -> Lesson.Step {
    let printed = [2.04, 0.11, 0.19, 0.26]
    func layer(_ index: Int, _ inputs: [Double]) -> [Double] {
      neurons[index].map { neuron in
        zip(neuron.weights, inputs).reduce(neuron.bias) { $0 + $1.0 * $1.1 }
      }
    }
    let second = layer(1, printed).map { Ops.ReLU().value($0) }
    let scores = layer(2, second)
    let wrong = scores.map { Ops.Exponential().value($0) }
    let shares = wrong.map { $0 / wrong.reduce(0, +) }
    func errors(_ shares: [Double]) -> Double {
      SquaredError().value(shares[0], 1) + SquaredError().value(shares[1], 0)
    }
    return .init(
      "How far three slips travel",
      .text("With the text's four numbers in place of the right ones, the rest follows:"),
      .table(
        .init(
          ["number", "with the slips", "right"],
          [
            ("second layer, neuron 1", second[0], values[3][0]),
            ("second layer, neuron 2", second[1], values[3][1]),
            ("second layer, neuron 3", second[2], values[3][2]),
            ("score of 1", scores[0], values[4][0]), ("score of 0", scores[1], values[4][1]),
            ("P(digit is 1)", shares[0], values[5][0]),
            ("sum of squared errors", errors(shares), errors(values[5])),
          ].map { Lesson.row($0.0, [$0.1, $0.2]) })),
      .printed([
        .init("second layer, neuron 1", prints: "1.121", computed: second[0]),
        .init("second layer, neuron 2", prints: "0.517", computed: second[1]),
        .init("second layer, neuron 3", prints: "0.285", computed: second[2]),
        .init("score of 1", prints: "0.861", computed: scores[0]),
        .init("score of 0", prints: "0.210", computed: scores[1]),
        .init("P(digit is 1)", prints: "0.657", computed: shares[0]),
        .init("sum of squared errors", prints: "0.235", computed: errors(shares)),
      ]))
  }
}
