import Charts
import Engine
import Formatting
import Networks

/// Which last layer and which loss belong to which kind of answer.
enum OutputLayerLesson: CatalogLesson {
  static let name = "output-layer"
  static let title = "The output layer, by task"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "The last layer decides what the numbers of a network mean. For each kind of answer there is an "
        + "activation that makes the right kind of number and a loss whose slope fits it.",
      steps: [try tasks(), try slopes(), try wrongPair()])
  }

  private static func tasks() throws -> Lesson.Step {
    .init(
      "Four kinds of answers",
      .table(
        .init(
          ["answer", "units", "activation", "loss"],
          [
            ["a number", "1", "none", "squared error"],
            ["yes or no", "1", "sigmoid", "binary cross-entropy"],
            ["one of k classes", "k", "softmax", "cross-entropy"],
            ["any of k labels", "k", "sigmoid each", "binary cross-entropy"],
          ])),
      .text(
        "Softmax shares one whole between the classes, so it cannot say yes to two of them. Sigmoids "
          + "answer each label by itself."),
      .question(
        try .init(
          "Each picture may show any of 20 things, several at once. How many numbers does the last "
            + "layer give?", solution: "20", hint: "One yes or no for each thing.", tolerance: 0)))
  }

  private typealias Scored = (loss: Double, slopes: [Double])

  /// A network that passes its scores on, so that the slopes at its biases are those at the scores.
  private static func scored(
    _ activation: ActivationFunction?, _ loss: any Loss, _ scores: [Double], _ target: [Double]
  ) throws -> Scored {
    let identity = scores.indices.flatMap { row in scores.indices.map { $0 == row ? 1.0 : 0 } }
    let network = SmallNetwork(
      layers: [Dense(scores.count, name: "scores")] + (activation.map { [Activation($0)] } ?? []),
      inputs: scores.count, loss: loss,
      weights: ["scores/kernel": identity, "scores/bias": scores.map { _ in 0 }])
    let cycle = try network.cycle(scores, target: target)
    return (cycle.loss, cycle.gradients["scores/bias"]!)
  }

  private static func slopes() throws -> Lesson.Step {
    let cases: [(String, Scored)] = [
      ("2.5 for the number 3", try scored(nil, .halfSumOfSquares, [2.5], [3])),
      ("score 0.4 for yes", try scored(nil, .binaryCrossEntropy, [0.4], [1])),
      ("scores 2, 1, 0.1 for class 1", try scored(nil, .crossEntropy, [2, 1, 0.1], [0])),
    ]
    let p = Ops.Sigmoid().value(0.4)
    return .init(
      "The same simple slope each time",
      .text(
        "At the last sum, each of these pairs has the slope answer minus target (for the number with "
          + "half the squared error):"),
      .formula(
        .init("∂L/∂z(yes)", SymbolicExpression.variable("p", p) - .variable("y", 1))),
      .table(
        .init(
          ["case", "loss", "slope at each score"],
          cases.map { [$0, numberText($1.loss), listText($1.slopes)] })),
      .question(
        try .init(
          "Softmax gives 0.2, 0.7 and 0.1, and the second class is right. What is the slope of the "
            + "cross-entropy at the second score?", solution: "0.7 - 1",
          hint: "The answer minus the target, which is 1 for the right class.")))
  }

  private static func wrongPair() throws -> Lesson.Step {
    let scores = (-24...24).map { Double($0) / 4 }
    let squared = try scores.map { score in
      (x: score, y: try scored(.sigmoid, .halfSumOfSquares, [score], [1]).slopes[0].magnitude)
    }
    let entropy = try scores.map { score in
      (x: score, y: try scored(nil, .binaryCrossEntropy, [score], [1]).slopes[0].magnitude)
    }
    return .init(
      "What a wrong pair costs",
      .text(
        "The answer should be yes. With a score of -6 the network is as wrong as can be. Cross-entropy "
          + "pushes with \(numberText(entropy[0].y)), the squared error behind a sigmoid with only "
          + "\(numberText(squared[0].y)): the sigmoid is flat there, and its slope is a factor."),
      .chart(
        LineChart(
          title: "How hard the loss pushes towards yes",
          series: [
            .init("cross-entropy", entropy), .init("squared error", squared),
          ], xTitle: "score", yTitle: "size of the slope", countsOnX: false)))
  }
}
