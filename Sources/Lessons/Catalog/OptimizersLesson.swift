import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// All optimisers from the same start on the same data.
enum OptimizersLesson: CatalogLesson {
  static let name = "optimizers"
  static let title = "Optimisers side by side"

  static func make() throws -> Lesson {
    let data = try valley()
    let runs = try Optimizer.all.map { name, optimizer in
      (name, try losses(optimizer, data))
    }
    let half = (runs.count + 1) / 2
    let rows = runs.map { name, losses in
      Lesson.row(name, measured: [losses[0], losses[19], losses[59]])
    }
    return Lesson(
      name, title: title,
      idea:
        "All of them use the same gradient; they differ in what they make of it. Momentum remembers "
        + "the last steps; RMSProp, Adagrad and Adam give each weight a rate of its own.",
      steps: [
        try formulas(),
        .init(
          "The same start, the same data, sixty epochs",
          .text(
            "The network 2-8-1 learns a function of two inputs, one of them a twentieth the size "
              + "of the other: a long, narrow valley. Every optimiser has the learning rate 0.02."),
          .table(.init(["optimiser", "after 1", "after 20", "after 60"], rows)),
          .chart(chart("Loss: the first half", runs.prefix(half))),
          .chart(
            chart("Loss: the others, beside the first", runs.prefix(1) + runs.dropFirst(half))),
          .text(
            "Lowest after sixty epochs: \(runs.min { $0.1[59] < $1.1[59] }?.0 ?? ""). That holds for "
              + "this start, these data and this rate, not for all: try them on yours.")),
      ])
  }

  /// More lines than this cannot be told apart in one chart.
  private static func chart(
    _ title: String, _ runs: some Sequence<(String, [Double])>
  ) -> LineChart {
    LineChart(
      title: title, series: runs.map { .init($0.0, values: $0.1) }, xTitle: "epoch",
      yTitle: "mean squared error", yKind: .logarithmic)
  }

  private static func formulas() throws -> Lesson.Step {
    let rules: [(String, any UpdateRule)] = [
      ("gradient descent", Optimizer.sgd().rule),
      ("momentum", Optimizer.sgd(momentum: 0.9).rule),
    ]
    let formulas = rules.map { name, rule in Lesson.Formula("w, \(name)", firstStep(rule)) }
    return .init(
      "What each makes of a gradient",
      .text("A weight 0.5, a gradient 0.2, a rate 0.02; momentum remembers -0.01 from before."),
      .formula(formulas[0]), .formula(formulas[1]),
      .question(
        try .init(
          "The gradient stays 0.2. How long does a step with momentum 0.9 and the rate 0.02 become in "
            + "the end?",
          solution: "0.02 * 0.2 / (1 - 0.9)",
          hint: "The step no longer changes: m = 0.9 · m + rate · g.")))
  }

  private static func firstStep(_ rule: some UpdateRule) -> SymbolicExpression {
    rule.update(
      SymbolicExpression.variable("w", 0.5), gradient: .variable("g", 0.2),
      state: rule.state.map { .variable($0.name, -0.01) }, counters: [],
      rate: .variable("rate", 0.02)
    ).parameter
  }

  private static func valley() throws -> Dataset {
    var generator = RandomGenerator(seed: 5)
    let inputs = (0..<64).map { _ in [generator.normal(), 0.05 * generator.normal()] }
    return try Dataset(
      inputs, targets: inputs.map { [Ops.Tanh().value($0[0]) + 10 * $0[1]] })
  }

  private static func losses(_ optimizer: Optimizer, _ data: Dataset) throws -> [Double] {
    var optimizer = optimizer
    optimizer.learningRate = 0.02
    var trainer = Trainer(
      Sequential {
        Dense(8, activation: .tanh); Dense(1)
      }, loss: .meanSquaredError,
      optimizer: optimizer, seed: 6)
    return try trainer.fit(data, epochs: 60, batch: 16).scores("loss")
  }
}
