import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// A price per square foot, found from examples.
enum HousePriceLesson: CatalogLesson {
  static let name = "house-price"
  static let title = "The price of a house, per square foot"

  static func make() throws -> Lesson {
    let (table, price, losses) = try guesses(houses(unit: 1))
    return Lesson(
      name, title: title,
      idea: "Every house in these data costs 200 dollars per square foot, but the network is not "
        + "told. One weight, no bias: it starts with a guess and corrects it.",
      steps: [
        try squared(),
        .init(
          "Guess, measure, correct, repeat",
          .text(
            "Sizes in thousands of square feet, prices in thousands of dollars, so the weight is "
              + "the price of one square foot. One correction for each epoch:"),
          .table(table),
          .text(
            "After \(losses.count) corrections the weight is \(numberText(price)) dollars per "
              + "square foot."),
          .chart(fit(price)),
          .chart(
            LineChart(
              title: "The error shrinks", series: [.init("loss", values: losses)], xTitle: "epoch",
              yTitle: "mean squared error", yKind: .logarithmic))),
        try unscaled(),
      ])
  }

  private static let sizes = [0.8, 1.0, 1.2, 1.5, 1.8, 2.0, 2.5, 3.0]

  /// The houses, the first guess and the line that was found.
  private static func fit(_ price: Double) -> LineChart {
    LineChart(
      title: "Eight houses and two lines",
      series: [
        .init("houses", dots: sizes.map { (x: $0, y: 200 * $0) }),
        .init("first guess, 50", [0.8, 3].map { (x: $0, y: 50 * $0) }),
        .init("learned, \(numberText(price.rounded()))", [0.8, 3].map { (x: $0, y: price * $0) }),
      ], xTitle: "size in 1,000 sq ft", yTitle: "price in $1,000", countsOnX: false)
  }

  private static func houses(unit: Double) throws -> Dataset {
    let sizes = sizes.map { $0 * unit }
    return try Dataset(sizes.map { [$0] }, targets: sizes.map { [200 * $0] })
  }

  /// It starts with a guess of 50 dollars.
  private static var trainer: Trainer {
    Trainer(
      Sequential { Dense(1, usesBias: false, kernelInitializer: .constant(50), name: "price") },
      loss: .meanSquaredError, optimizer: .sgd(learningRate: 0.05))
  }

  private static func squared() throws -> Lesson.Step {
    let (guess, truth) = (
      SymbolicExpression.variable("ŷ", 350_000), SymbolicExpression.variable("y", 400_000)
    )
    let loss = SquaredError().value(guess, truth)
    return .init(
      "How wrong is one guess",
      .text("A house is worth 400,000 dollars and the guess is 350,000."),
      .formula(.init("L", loss)),
      .printed([
        .init("error", prints: "50000", computed: (truth - guess).real),
        .init("squared", prints: "2500000000", computed: loss.real),
      ]),
      .question(
        try .init(
          "In thousands of dollars the same error is 50. How many times smaller is the squared error?",
          solution: "1000^2", hint: "The unit is squared too.")))
  }

  private static func guesses(
    _ houses: Dataset
  ) throws -> (table: Lesson.Table, price: Double, losses: [Double]) {
    var trainer = trainer
    var rows: [[String]] = []
    var losses: [Double] = []
    var price = 50.0
    for epoch in 1...20 {
      losses += try trainer.fit(houses, epochs: 1, batch: houses.count).scores("loss")
      price = Double(trainer.model?.tensors[0].tensor.values[0] ?? .nan)
      if epoch <= 5 || epoch % 5 == 0 {
        rows.append(Lesson.row("\(epoch)", [price, price * 2, losses[epoch - 1]]))
      }
    }
    return (.init(["epoch", "$ per sq ft", "guess for 2,000", "loss"], rows), price, losses)
  }

  private static func unscaled() throws -> Lesson.Step {
    let houses = try houses(unit: 1000)
    var trainer = trainer
    var end = "and this time it did not diverge"
    do {
      try trainer.fit(houses, epochs: 20, batch: houses.count)
    } catch let problem as Problem where problem.kind == .data {
      end =
        "in \(problem.location.prefix { $0 != "," }) the loss is no longer a finite number, and the "
        + "trainer stops"
    }
    return .init(
      "Why the numbers were scaled",
      .text(
        "The same rate with sizes in square feet and prices in dollars: \(end). Inputs a "
          + "thousand times larger make slopes a million times steeper, so scale inputs first."))
  }
}
