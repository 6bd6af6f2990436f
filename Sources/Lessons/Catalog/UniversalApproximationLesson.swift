import Charts
import Engine
import Formatting

/// One hidden layer can come as near to any curve as one likes, built here without training.
enum UniversalApproximationLesson: CatalogLesson {
  static let name = "universal-approximation"
  static let title = "Universal approximation: any curve from hats"

  private static let relu = Ops.ReLU()

  /// The curve to come near to, on 0 to 1.
  private static func wave(_ x: Double) -> Double { 4 * x * (1 - x) * (1.6 - 2.4 * x) }

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A hidden layer of ReLUs and a weighted sum can draw any line made of straight pieces, and with "
        + "enough pieces that is as near to any curve as one likes. Nobody says how to find the "
        + "weights: that is what training is for.",
      steps: [try hat(), sum(), try cost()])
  }

  /// 1 at the middle, 0 from a width away on: three ReLUs.
  private static func hat(_ x: Double, _ middle: Double, _ width: Double) -> Double {
    let sides = relu.value(x - middle + width) + relu.value(x - middle - width)
    return (sides - 2 * relu.value(x - middle)) / width
  }

  private static func hat() throws -> Lesson.Step {
    let x = SymbolicExpression.variable("x", 0.4)
    let parts = [0.25, 0.5, 0.75].map { relu.value(x - SymbolicExpression($0)) }
    let (a, b, c) = (
      SymbolicExpression.variable("a", parts[0].real),
      SymbolicExpression.variable("b", parts[1].real),
      SymbolicExpression.variable("c", parts[2].real)
    )
    return .init(
      "Three ReLUs make a hat",
      .text(
        "One ReLU begins to climb at a place of its own. A second, twice as steep, turns the climb "
          + "round, and a third stops the fall. A hat of width 0.25 around 0.5, at x = 0.4:"),
      .formula(.init("a", parts[0])), .formula(.init("b", parts[1])),
      .formula(.init("c", parts[2])),
      .formula(.init("hat", (a - 2 * b + c) / SymbolicExpression(0.25))),
      .chart(
        LineChart(
          title: "The three and their sum",
          series: [
            curve("hat", from: 0, to: 1) { hat($0, 0.5, 0.25) },
            curve("climbs at 0.25", from: 0, to: 1) { relu.value($0 - 0.25) / 0.25 },
            curve("falls from 0.5", from: 0, to: 1) { -2 * relu.value($0 - 0.5) / 0.25 },
            curve("levels at 0.75", from: 0, to: 1) { relu.value($0 - 0.75) / 0.25 },
          ], xTitle: "x", yTitle: "value", countsOnX: false)),
      .question(
        try .init(
          "What is the same hat at x = 0.7?",
          solution: "(relu(0.7 - 0.25) - 2 * relu(0.7 - 0.5)) / 0.25",
          hint: "The third ReLU is still off at 0.7.")))
  }

  /// Hats side by side, each as high as the curve at its middle.
  private static func drawn(_ x: Double, pieces: Int) -> Double {
    (0...pieces).reduce(0.0) { sum, place in
      let middle = Double(place) / Double(pieces)
      return sum + wave(middle) * hat(x, middle, 1 / Double(pieces))
    }
  }

  private static func error(_ pieces: Int) -> Double {
    (0...400).map { step in
      let x = Double(step) / 400
      return (drawn(x, pieces: pieces) - wave(x)).magnitude
    }.max() ?? 0
  }

  private static func sum() -> Lesson.Step {
    .init(
      "Hats side by side",
      .text(
        "Put hats next to each other, each as high as the curve at its middle. Between two middles the "
          + "sum is the straight line from one to the next."),
      .chart(
        LineChart(
          title: "Two networks that were never trained",
          series: [
            curve("the curve", from: 0, to: 1, wave),
            curve("4 pieces", from: 0, to: 1) { drawn($0, pieces: 4) },
            curve("12 pieces", from: 0, to: 1) { drawn($0, pieces: 12) },
          ], xTitle: "x", yTitle: "y", countsOnX: false)))
  }

  private static func cost() throws -> Lesson.Step {
    let counts = [2, 4, 8, 16, 32]
    let errors = counts.map(error)
    return .init(
      "What nearness costs",
      .table(
        .init(
          ["pieces", "hidden units", "largest error"],
          zip(counts, errors).map { ["\($0)", "\($0 + 3)", Lesson.measured($1)] })),
      .text(
        "Neighbouring hats share their ReLUs, so n pieces need n + 3 units. Twice as many pieces make "
          + "the error of this smooth curve \(Lesson.measured(errors[3] / errors[4])) times smaller. With "
          + "many inputs the pieces multiply: 10 along each of 6 inputs are a million. Deep networks use "
          + "the same pieces again and again, and that is why depth helps."),
      .question(
        try .init(
          "8 pieces along each of 4 inputs: how many cells are that?", solution: "8^4",
          hint: "8 times 8 for two inputs.")))
  }
}
