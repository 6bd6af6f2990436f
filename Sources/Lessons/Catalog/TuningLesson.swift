import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// Looking for good settings: a grid, or at random.
enum TuningLesson: CatalogLesson {
  static let name = "tuning"
  static let title = "Tuning: which settings to try"

  private struct Attempt {
    var rate: Double
    var units: Int
    var loss: Double
  }

  static func make() throws -> Lesson {
    let (train, validation) = (
      try DogOrCatLesson.images(60, seed: 1), try DogOrCatLesson.images(200, seed: 2)
    )
    func attempt(_ rate: Double, _ units: Int) throws -> Attempt {
      var trainer = Trainer(
        Sequential {
          Dense(units, activation: .relu); Dense(2)
        }, loss: .crossEntropy, optimizer: .sgd(learningRate: rate), seed: 4)
      let history = try trainer.fit(train, validation: validation, epochs: 6, batch: 10)
      return Attempt(rate: rate, units: units, loss: history.best?.validationLoss ?? .nan)
    }
    let grid = try [0.003, 0.1, 3].flatMap { rate in
      try [2, 4, 8].map { try attempt(rate, $0) }
    }
    var generator = RandomGenerator(seed: 6)
    let random = try (0..<9).map { _ in
      // Evenly over the powers of ten from 0.003 to 3.
      let rate = 3 * Ops.Exponential().value(-6.907755278982137 * generator.uniform())
      return try attempt(rate, 2 + generator.below(7))
    }
    return Lesson(
      name, title: title,
      idea:
        "Learning rate, width, batch size: nobody computes them, they are tried. Nine trainings can try "
        + "three values of each of two settings, or nine values of both.",
      steps: [try tries(grid, random), try pitfalls()])
  }

  private static func best(_ attempts: [Attempt]) -> Attempt {
    attempts.min { $0.loss < $1.loss } ?? attempts[0]
  }

  private static func tries(_ grid: [Attempt], _ random: [Attempt]) throws -> Lesson.Step {
    func dots(_ name: String, _ attempts: [Attempt]) -> LineChart.Series {
      .init(name, dots: attempts.map { (x: .log($0.rate) / .log(10), y: $0.loss) })
    }
    let rows = [("grid", grid), ("random", random)].map { name, attempts in
      let best = best(attempts)
      return [
        name, "\(Set(attempts.map(\.rate)).count)", Lesson.measured(best.rate), "\(best.units)",
        Lesson.measured(best.loss),
      ]
    }
    return .init(
      "Nine tries each",
      .text(
        "The network 4-?-2 of the dogs and cats, six epochs, plain descent. The rate decides much, the "
          + "width little; the grid spends nine trainings on three rates."),
      .chart(
        LineChart(
          title: "Validation loss of each try",
          series: [dots("grid of 3 × 3", grid), dots("nine at random", random)],
          xTitle: "power of ten of the rate", yTitle: "cross-entropy", countsOnX: false)),
      .table(.init(["way", "rates tried", "best rate", "its units", "its loss"], rows)),
      .text(
        "Rates are drawn evenly over powers of ten: from 0.001 to 0.01 is as far as from 0.1 to 1. Cleverer "
          + "searches look at the tries so far and go on near the good ones."),
      .question(
        try .init(
          "A grid with 4 values for each of 5 settings: how many trainings?", solution: "4^5",
          hint: "Each setting multiplies.", tolerance: 0)))
  }

  private static func pitfalls() throws -> Lesson.Step {
    .init(
      "What to mind",
      .table(
        .init(
          ["rule", "why"],
          [
            ["judge on validation", "the test is for the last number"],
            ["tell how many were tried", "the best of many looks too good"],
            ["repeat with other seeds", "luck can be larger than a setting"],
            ["stop bad tries early", "most are bad after a few epochs"],
            ["rate first", "it decides more than all others"],
          ])),
      .question(
        try .init(
          "Five tries of a hundred are good enough. How likely is it that 30 random tries hold at least "
            + "one of them?", solution: "1 - 0.95^30", hint: "First: that none of the 30 is good."))
    )
  }
}
