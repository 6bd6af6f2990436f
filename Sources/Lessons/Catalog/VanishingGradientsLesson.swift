import Charts
import Engine
import Formatting
import Networks

/// Gradients that shrink on their way back, and what keeps them alive.
enum VanishingGradientsLesson: CatalogLesson {
  static let name = "vanishing-gradients"
  static let title = "Vanishing gradients, and what helps"

  static func make() throws -> Lesson {
    let cures = [
      ("sigmoid", DeepNetwork(activation: .sigmoid, initializer: .glorotUniform)),
      (
        "sigmoid, tiny weights",
        DeepNetwork(activation: .sigmoid, initializer: .normal(deviation: 0.05))
      ),
      ("tanh", DeepNetwork(activation: .tanh, initializer: .glorotUniform)),
      ("ReLU, He", DeepNetwork(activation: .relu, initializer: .heNormal)),
      (
        "sigmoid, residual",
        DeepNetwork(activation: .sigmoid, initializer: .glorotUniform, isResidual: true)
      ),
      (
        "sigmoid, batch norm",
        DeepNetwork(activation: .sigmoid, initializer: .glorotUniform, isNormalized: true)
      ),
    ]
    let norms = try cures.map { try $0.1.gradientNorms() }
    let lines = zip(cures, norms).map { LineChart.Series($0.0, values: $1) }
    let rows = zip(cures, norms).map { Lesson.row($0.0, measured: Self.ends($1)) }
    return Lesson(
      name, title: title,
      idea:
        "On the way back the chain rule multiplies one factor for each layer. Where the factors "
        + "are below 1, the first layers hear nothing: they do not learn.",
      steps: [
        try slopes(),
        .init(
          "Twelve layers of sixteen, one gradient",
          .text(
            "The size √Σg² of each layer's gradient, from the first layer (1) to the last (12), "
              + "for the same batch:"),
          .chart(
            LineChart(
              title: "Gradient by layer", series: lines, xTitle: "layer", yTitle: "√Σg²",
              yKind: .logarithmic)),
          .table(.init(["network", "first layer", "last layer", "first ÷ last"], rows))),
        inNumbers(norms), try throughTime(),
      ])
  }

  /// The first, the last and how they compare.
  private static func ends(_ sizes: [Double]) -> [Double] {
    let last = sizes[sizes.count - 1]
    return [sizes[0], last, sizes[0] / last]
  }

  private static func slopes() throws -> Lesson.Step {
    let largest = Ops.Sigmoid().derivative(0.0, Ops.Sigmoid().value(0.0))
    let product = (0..<DeepNetwork.depth).reduce(1.0) { value, _ in value * largest }
    return .init(
      "The slope of the sigmoid is never above 0.25",
      .formula(
        .init("σ'(0)", Ops.Sigmoid().derivative(SymbolicExpression(0), .variable("y", 0.5)))),
      .printed([.init("its largest slope", prints: "0.25", computed: largest)]),
      .text(
        "Twelve such factors are at most \(numberText(product)), before the weights have their "
          + "say."),
      .chart(
        LineChart(
          title: "The slope of two activations",
          series: [
            curve("tanh", from: -5, to: 5) {
              Ops.Tanh().derivative($0, Ops.Tanh().value($0))
            },
            curve("sigmoid", from: -5, to: 5) {
              Ops.Sigmoid().derivative($0, Ops.Sigmoid().value($0))
            },
          ], xTitle: "z", yTitle: "slope", countsOnX: false)),
      .question(
        try .init(
          "The answer of a sigmoid is 0.9. What is its slope there?", solution: "0.9 * (1 - 0.9)",
          hint: "The slope of the sigmoid is y · (1 - y).")))
  }

  private static func inNumbers(_ norms: [[Double]]) -> Lesson.Step {
    func share(_ index: Int) -> String { Lesson.measured(ends(norms[index])[2]) }
    return .init(
      "The cures, in numbers",
      .text(
        "ReLU has slope 1 wherever it is on, and He's initialisation makes up for the half that is "
          + "off: the first layer gets \(share(3)) of the last layer's gradient, with sigmoids "
          + "\(share(0))."),
      .text(
        "A residual connection adds the input to what the layer makes, so the gradient has a way "
          + "past each layer: \(share(4)), with the same sigmoids."),
      .text(
        "Batch normalisation keeps the sums where the sigmoid is steep, and divides by their "
          + "deviation, which is small, so gradients grow by as much: \(share(5))."),
      .text(
        "Weights that start too small make it worse: \(share(1)). Good initialisation is a cure "
          + "of its own."))
  }

  private static func throughTime() throws -> Lesson.Step {
    let cells =
      [("simple cell", nil)] + [0, 1, 3.0].map { ("LSTM, forget bias \(numberText($0))", $0) }
    let slopes = try cells.map { try ThroughTime(forgetBias: $0.1).slopes() }
    let rows = zip(cells, slopes).map { Lesson.row($0.0, measured: Self.ends($1)) }
    return .init(
      "Through time: gates that remember",
      .text(
        "A recurrent network reads \(ThroughTime.steps) numbers one after another with the same "
          + "weights: as deep as the sequence is long. How much does the last state change with each "
          + "number it read? A simple cell squashes its state at each step. An LSTM adds to a memory "
          + "that its forget gate multiplies by a number near 1, the nearer the larger its bias:"),
      .chart(
        LineChart(
          title: "Slope of the last state",
          series: zip(cells, slopes).map { LineChart.Series($0.0, values: $1) },
          xTitle: "number read",
          yTitle: "√Σg²", yKind: .logarithmic)),
      .table(.init(["cell", "first number", "last number", "first ÷ last"], rows)))
  }
}
