import Charts
import Engine
import Formatting
import Networks

/// Too small, right, too large.
enum LearningRateLesson: CatalogLesson {
  static let name = "learning-rate"
  static let title = "Learning rate: too small, right, too large"

  static func make() throws -> Lesson {
    let rates = [0.005, 0.05, 0.19, 0.21]
    let lines = try rates.map { LineChart.Series(numberText($0), values: try losses($0), from: 0) }
    let rows = zip(rates, lines).map { rate, line in
      [numberText(rate)] + [1, 5, 20].map { numberText(line.points[$0].y) } + [verdict(rate, line)]
    }
    return Lesson(
      name, title: title,
      idea: "The slope says which way; the learning rate says how far. The same neuron, the same "
        + "start, twenty steps, four rates.",
      steps: [
        .init(
          "Twenty steps each",
          .chart(
            LineChart(
              title: "Loss", series: lines, xTitle: "step", yTitle: "loss", yKind: .logarithmic)),
          .table(.init(["rate", "after 1", "after 5", "after 20", ""], rows))),
        try edge(),
        document(),
      ])
  }

  private static func losses(_ rate: Double) throws -> [Double] {
    var neuron = OneNeuronLesson.neuron
    return try (0...20).map { _ in
      let cycle = try neuron.cycle([OneNeuronLesson.x], target: [OneNeuronLesson.target])
      neuron = neuron.stepped(cycle, rate: rate)
      return cycle.loss
    }
  }

  private static func verdict(_ rate: Double, _ line: LineChart.Series) -> String {
    let (first, last) = (line.points[0].y, line.points[20].y)
    if last > first { return "too large: it climbs" }
    if rate * curvature > 1 { return "from side to side" }
    return last > first / 100 ? "too small: slow" : "right"
  }

  /// How much a step at a rate of 1 takes off the error: 2(x² + 1).
  private static let curvature = 2 * (OneNeuronLesson.x * OneNeuronLesson.x + 1)

  private static func edge() throws -> Lesson.Step {
    .init(
      "Where the edge is",
      .text(
        "Each step multiplies the error by 1 - rate · 2(x² + 1) = 1 - \(numberText(curvature)) · "
          + "rate. That factor must lie between -1 and 1, so the edge is at "
          + "\(numberText(2 / curvature)). Just below it the neuron jumps from side to side and still "
          + "arrives; just above it each jump is longer than the last."),
      .question(
        try .init(
          "With the input 3 instead of 2, at which rate is the edge?",
          solution: "2 / (2 * (3^2 + 1))", hint: "The factor is 1 - rate · 2(x² + 1); set it to -1."
        )))
  }

  private static func document() -> Lesson.Step {
    func new(_ weight: Double, _ slope: Double, _ rate: Double) -> Double {
      gradientDescent.update(weight, gradient: slope, state: [], counters: [], rate: rate).parameter
    }
    return .init(
      "Steps of a worked text",
      .formula(
        .init(
          "new w",
          gradientDescent.update(
            SymbolicExpression.variable("w", 0.5), gradient: .variable("slope", 0.35), state: [],
            counters: [],
            rate: .variable("rate", 0.01)
          ).parameter)),
      .printed([
        .init("0.5 with slope 0.35, rate 0.01", prints: "0.4965", computed: new(0.5, 0.35, 0.01)),
        .init("0.5 with slope 0.3, rate 0.01", prints: "0.497", computed: new(0.5, 0.3, 0.01)),
      ]))
  }
}
