import Charts
import Engine
import Formatting
import Networks

/// A layer that brings the sums of a batch to mean 0 and deviation 1.
enum BatchNormalizationLesson: CatalogLesson {
  static let name = "batch-normalization"
  static let title = "Batch normalisation by number"

  private static let sums = [1.0, 3, 5, 11]
  private static let (gamma, beta, epsilon, momentum) = (2.0, 0.5, 0.001, 0.99)

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "Whatever the layers before do, the sums of each unit are brought to mean 0 and deviation 1 over "
        + "the batch. Two learned numbers, γ and β, may then stretch and move them again.",
      steps: [try byHand(), try running(), try deep()])
  }

  private static var statistics: (mean: Double, variance: Double) {
    get throws {
      let batch = Elements(shape: try TensorShape(checking: [sums.count]), values: sums)
      return (sums.reduce(0, +) / Double(sums.count), try TermFunction.variance(batch).values[0])
    }
  }

  private static func byHand() throws -> Lesson.Step {
    let (mean, variance) = try statistics
    let symbols = zip(numbered("z", sums.count), sums).map { SymbolicExpression.variable($0, $1) }
    let middle = symbols.dropFirst().reduce(symbols[0], +) / SymbolicExpression(4)
    let m = SymbolicExpression.variable("m", mean)
    let distances = zip(numbered("d", sums.count), symbols).map {
      SymbolicExpression.variable($0, $1.real - mean)
    }
    let squares = distances.map { $0 * $0 }
    let spread = squares.dropFirst().reduce(squares[0], +) / SymbolicExpression(4)
    let root = SymbolicExpression.sqrt(.variable("v", variance) + .variable("ε", epsilon))
    let normal = (symbols[0] - m) / root
    let rows = sums.map { sum in
      let value = (sum - mean) / (variance + epsilon).squareRoot()
      return Lesson.row(numberText(sum), [value, gamma * value + beta])
    }
    return .init(
      "Four examples, one unit",
      .text("The unit's sums for the four examples of a batch are \(listText(sums))."),
      .formula(.init("m", middle)), .formula(.init("d₁", symbols[0] - m)),
      .formula(.init("v", spread)),
      .formula(.init("n₁", normal)),
      .formula(
        .init(
          "y₁",
          SymbolicExpression.variable("γ", gamma) * .variable("n₁", normal.real)
            + .variable("β", beta))),
      .table(.init(["sum", "normalised", "after γ and β"], rows)),
      .question(
        try .init(
          "All four sums double, to 2, 6, 10 and 22. What is the first one normalised (leave ε out)?",
          solution: "(2 - 10) / sqrt(((2-10)^2 + (6-10)^2 + (10-10)^2 + (22-10)^2) / 4)",
          hint: "Mean and deviation double too.")))
  }

  private static func running() throws -> Lesson.Step {
    let (mean, variance) = try statistics
    func next(_ name: String, _ value: Double, _ seen: String, _ batch: Double)
      -> SymbolicExpression
    {
      SymbolicExpression(momentum) * .variable(name, value) + SymbolicExpression(1 - momentum)
        * .variable(seen, batch)
    }
    return .init(
      "And when there is only one example",
      .text(
        "A single example has no deviation. So training keeps running means of what batches had, and "
          + "answers are given with those. From 0 and 1 at the start:"),
      .formula(.init("new mean", next("mean", 0, "m", mean))),
      .formula(.init("new variance", next("variance", 1, "v", variance))),
      .text(
        "They follow slowly. A network that is asked after a few steps of training, or in another mood "
          + "than it was trained in, answers with means that do not fit: a frequent mistake."),
      .question(
        try .init(
          "Every batch has the mean 5. How large is the running mean after 2 steps?",
          solution: "0.99 * (0.01 * 5) + 0.01 * 5", hint: "new mean = 0.99 · mean + 0.01 · 5.")))
  }

  private static func deep() throws -> Lesson.Step {
    let deviations = [0.1, 0.25, 1]
    func norms(_ deviation: Double, _ isNormalized: Bool) throws -> [Double] {
      try DeepNetwork(
        activation: .tanh, initializer: .normal(deviation: deviation), isNormalized: isNormalized
      ).gradientNorms()
    }
    let plain = try deviations.map { try norms($0, false) }
    let normalized = try deviations.map { try norms($0, true) }
    let rows = deviations.indices.map { place in
      Lesson.row(
        numberText(deviations[place]),
        measured: [plain, normalized].map { $0[place][0] / $0[place][11] })
    }
    return .init(
      "What it is good for",
      .text(
        "Twelve tanh layers of sixteen with first weights of three sizes. How large the gradient of the "
          + "first layer is beside that of the last:"),
      .table(.init(["deviation of weights", "without", "with batch norm"], rows)),
      .chart(
        LineChart(
          title: "Gradient by layer, weights of deviation 1",
          series: [
            .init("without", values: plain[2]), .init("with batch norm", values: normalized[2]),
          ], xTitle: "layer", yTitle: "√Σg²", yKind: .logarithmic)),
      .text(
        "Without it the way back depends on how large the weights are. With it their size is divided out: "
          + "the share is the same for all three, so deep networks start with less care and bear larger "
          + "rates."))
  }
}
