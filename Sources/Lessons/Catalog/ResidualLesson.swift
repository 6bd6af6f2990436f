import Charts
import Engine
import Formatting
import Networks

/// A way past each layer, for numbers and for gradients.
enum ResidualLesson: CatalogLesson {
  static let name = "residual"
  static let title = "Residual ways: a layer that adds"

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A residual block adds what its layers make to what came in: y = x + f(x). The layers learn a "
        + "change instead of the whole, and the gradient has a way past them.",
      steps: [try byHand(), try products(), try networks()])
  }

  private static func byHand() throws -> Lesson.Step {
    let x = SymbolicExpression.variable("x", 0.5)
    let tanh = Ops.Tanh()
    let inner = tanh.value(SymbolicExpression.variable("w", 0.4) * x)
    let bent = SymbolicExpression.variable("f", inner.real)
    let slope = SymbolicExpression.variable("w", 0.4) * tanh.derivative(.variable("z", 0.2), bent)
    return .init(
      "Forward and backward",
      .text("A block with one weight, f(x) = tanh(w · x):"),
      .formula(.init("f", inner)), .formula(.init("y", x + bent)),
      .text("How y follows x: 1 along the way past the layer, and the layer's own slope."),
      .formula(.init("∂y/∂x", 1 + slope)),
      .question(
        try .init(
          "With the weight 0, what is the slope of y?", solution: "1",
          hint: "f is 0 everywhere then, and the block passes on what comes in.", tolerance: 0)))
  }

  private static func products() throws -> Lesson.Step {
    let depths = [1, 5, 10, 20, 50]
    func power(_ factor: Double, _ depth: Int) -> Double {
      (0..<depth).reduce(1.0) { value, _ in value * factor }
    }
    let rows = depths.map { depth in
      Lesson.row("\(depth)", measured: [power(0.5, depth), power(1.05, depth)])
    }
    return .init(
      "One factor for each layer",
      .text(
        "Layers whose slope is 0.5 multiply a gradient by 0.5 each. As residual blocks with a slope of "
          + "0.05 on top of the 1 they multiply it by 1.05:"),
      .table(.init(["layers", "plain, 0.5 each", "residual, 1.05 each"], rows)),
      .question(
        try .init(
          "Blocks with a slope of 0.1 on top of the 1: by what do 10 of them multiply a gradient?",
          solution: "1.1^10", hint: "1.1 for each.")))
  }

  private static func networks() throws -> Lesson.Step {
    let kinds = [("plain", false), ("residual", true)]
    let norms = try kinds.map { _, isResidual in
      try DeepNetwork(
        activation: .tanh, initializer: .normal(deviation: 0.1), isResidual: isResidual
      ).gradientNorms()
    }
    return .init(
      "Twelve layers",
      .text(
        "Twelve tanh layers of sixteen with small first weights, and the same as residual blocks:"),
      .chart(
        LineChart(
          title: "Gradient by layer",
          series: zip(kinds, norms).map { .init($0.0, values: $1) }, xTitle: "layer",
          yTitle: "√Σg²", yKind: .logarithmic)),
      .table(
        .init(
          ["network", "first layer", "last layer"],
          zip(kinds, norms).map { Lesson.row($0.0, measured: [$1[0], $1[11]]) })),
      .text(
        "In the plain network both what reaches a layer and what comes back to it are small, so all layers "
          + "learn next to nothing. The picture of a network with such ways is a ladder, not a chain: there is a short way from the "
          + "loss to every layer. Where the widths differ, a matrix on the way past makes them fit."
      ))
  }
}
