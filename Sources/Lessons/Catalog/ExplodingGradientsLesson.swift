import Charts
import Engine
import Formatting
import Networks

/// Gradients that grow on their way back, and what holds them.
enum ExplodingGradientsLesson: CatalogLesson {
  static let name = "exploding-gradients"
  static let title = "Exploding gradients, and what helps"

  static func make() throws -> Lesson {
    let networks = [
      ("deviation 1", DeepNetwork(activation: .relu, initializer: .normal(deviation: 1))),
      ("deviation 0.6", DeepNetwork(activation: .relu, initializer: .normal(deviation: 0.6))),
      ("He", DeepNetwork(activation: .relu, initializer: .heNormal)),
    ]
    let lines = try networks.map { LineChart.Series($0.0, values: try $0.1.gradientNorms()) }
    let rows = lines.map { Lesson.row($0.name, measured: [$0.points[0].y, $0.points[11].y]) }
    return Lesson(
      name, title: title,
      idea:
        "Factors above 1 multiply too. Then gradients grow from layer to layer, one step throws "
        + "the weights far away, and the loss is soon no number at all.",
      steps: [
        .init(
          "Twelve ReLU layers with larger and larger weights",
          .chart(
            LineChart(
              title: "Gradient by layer", series: lines, xTitle: "layer", yTitle: "√Σg²",
              yKind: .logarithmic)),
          .table(.init(["first weights", "first layer", "last layer"], rows)),
          .text(
            "He's initialisation has a deviation of √(2/16) = \(numberText((2.0 / 16).squareRoot())) "
              + "here: the cure at the root.")),
        try clipping(networks[0].1),
      ])
  }

  private static func clipping(_ network: DeepNetwork) throws -> Lesson.Step {
    let ways: [(String, Clipping?)] = [
      ("none", nil), ("each number to ±1", .value(1)), ("each layer to norm 1", .norm(1)),
      ("all together to norm 1", .globalNorm(1)),
    ]
    let rows = try ways.map { name, clipping in
      Lesson.row(name, measured: [try network.stepLength(clipping: clipping)])
    }
    return .init(
      "Clipping: a limit on the step",
      .text("How far one step with rate 1 moves all weights together, for the worst of the three:"),
      .table(.init(["clipping", "length of the step"], rows)),
      .text(
        "Clipping by norm keeps the direction and shortens the step. It does not mend the cause, "
          + "but training survives."),
      .question(
        try .init(
          "A gradient of two numbers is (3, 4). It is clipped to the norm 1; what is its first number?",
          solution: "3 / sqrt(3^2 + 4^2)", hint: "Its norm is 5. Divide by it.")))
  }
}
