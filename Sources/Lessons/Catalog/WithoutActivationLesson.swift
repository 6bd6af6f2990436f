import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// Three layers without activation are one; with it they can do what one cannot.
enum WithoutActivationLesson: CatalogLesson {
  static let name = "without-activation"
  static let title = "Why without activation three layers are one"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A layer without activation is a matrix. Matrices one after another are one matrix: depth "
        + "gains nothing until something bends between the layers.",
      steps: [try folding(), try xor()])
  }

  private static let layers = [
    Dense(3, name: "one"), Dense(3, name: "two"), Dense(1, name: "three"),
  ]

  private static func folding() throws -> Lesson.Step {
    let model = try Model(
      Sequential(layers), inputShape: [2], loss: .meanSquaredError, seed: 5)
    let tensors = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.name, $0.tensor) })
    func matrix(_ name: String) -> Elements<Double> {
      let tensor = tensors["\(name)/kernel"]!
      return Elements(shape: tensor.shape, values: tensor.values.map(Double.init))
    }
    let product = try TermFunction.apply(
      Ops.MatrixProduct(),
      [TermFunction.apply(Ops.MatrixProduct(), [matrix("one"), matrix("two")]), matrix("three")])
    let predictor = try Predictor(model)
    let inputs: [[Double]] = [[1, 0], [0, 1], [0.5, -2]]
    let rows = try inputs.map { input in
      let whole = try predictor(input.map { Float($0) })[0]
      let single = zip(input, product.values).reduce(0) { $0 + $1.0 * $1.1 }
      return [listText(input), numberText(Double(whole)), numberText(single)]
    }
    return .init(
      "Three layers, folded into one",
      .text(
        "A network 2-3-3-1 with random weights and no activation. The product of its three "
          + "matrices is \(listText(product.values)): two numbers that do the work of "
          + "\(model.tensors.filter { $0.name.hasSuffix("kernel") }.reduce(0) { $0 + $1.tensor.values.count }) "
          + "weights."),
      .table(.init(["input", "three layers", "one matrix"], rows)))
  }

  private static func xor() throws -> Lesson.Step {
    let inputs: [[Double]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    let data = try Dataset(inputs, targets: [[0], [1], [1], [0]])
    var columns: [[Float]] = []
    var losses: [LineChart.Series] = []
    var figures: [Lesson.Part] = []
    for (name, activation) in [("no activation", ActivationFunction.linear), ("tanh", .tanh)] {
      var trainer = Trainer(
        Sequential {
          Dense(8, activation: activation)
          Dense(8, activation: activation)
          Dense(1)
        }, loss: .binaryCrossEntropy, optimizer: .adam(learningRate: 0.02), seed: 2)
      let history = try trainer.fit(data, epochs: 200)
      columns.append(try trainer.predict(data))
      losses.append(.init(name, values: history.scores("loss")))
      figures.append(.text("What the network answers everywhere, with \(name):"))
      figures.append(
        .figure(
          try boundary(
            trainer, labels: ["0", "1"],
            points: inputs.indices.map {
              .init(x: inputs[$0][0], y: inputs[$0][1], label: Int(data[$0].target[0]))
            }, xTitle: "x₁", yTitle: "x₂")))
    }
    let rows = inputs.indices.map { row in
      [listText(inputs[row]), numberText(Double(data[row].target[0]))]
        + columns.map { numberText((Double($0[row]) * 1000).rounded() / 1000) }
    }
    var step = Lesson.Step(
      "One or the other, but not both",
      .text(
        "Exclusive or cannot be cut out with a straight line. The same three layers are trained "
          + "without and with an activation, 200 epochs each:"),
      .table(.init(["input", "target", "no activation", "tanh"], rows)),
      .chart(LineChart(title: "Loss", series: losses, xTitle: "epoch", yTitle: "cross-entropy")),
      .text(
        "Without activation the best answer is one half to everything, a loss of ln 2 = "
          + "\(numberText(.log(2)))."))
    step.parts += figures
    step.parts.append(
      .question(
        try .init(
          "A layer multiplies its input by 3 and adds 1, the next multiplies by 2 and adds 5. The two "
            + "are one layer; what does it add?",
          solution: "2 * 1 + 5", hint: "Write 2 · (3x + 1) + 5 without the brackets.")))
    return step
  }
}
