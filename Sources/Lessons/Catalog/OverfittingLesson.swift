import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// Learning by heart, and three ways against it.
enum OverfittingLesson: CatalogLesson {
  static let name = "overfitting"
  static let title = "Overfitting: learning by heart"

  /// Points on a wave, with noise.
  private static func points(_ count: Int, seed: UInt64) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    let xs = (0..<count).map { _ in 2 * generator.uniform() - 1 }
    return try Dataset(
      xs.map(inputs),
      targets: xs.map { [wave($0) + 0.3 * generator.normal()] })
  }

  /// The wave without noise, between -1 and 1.
  private static func wave(_ x: Double) -> Double { 2.6 * x * (1 - x * x) }

  private static func power(_ x: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { value, _ in value * x }
  }

  private struct Way {
    var name: String
    var dropout = 0.0
    var weightDecay = 0.0
    var stopping = EarlyStopping.never
  }

  private static let ways = [
    Way(name: "nothing"), Way(name: "dropout 0.3", dropout: 0.3),
    Way(name: "weight decay 1", weightDecay: 1),
    Way(name: "early stopping", stopping: .early(patience: 40)),
  ]

  static func make() throws -> Lesson {
    let (train, validation) = (try points(16, seed: 1), try points(200, seed: 2))
    let trained = try ways.map { try training($0, train, validation) }
    let histories = trained.map(\.history)
    let rows = zip(ways, histories).map { way, history in
      let last = history[history.count - 1]
      let best = history.best ?? last
      return [
        way.name, "\(history.count)", Lesson.measured(last.trainLoss),
        Lesson.measured(last.validationLoss), Lesson.measured(best.validationLoss),
        "\(best.epoch)",
      ]
    }
    return Lesson(
      name, title: title,
      idea:
        "A network with far more weights than examples can learn the examples by heart, noise and "
        + "all. The loss on the training data falls on; on new data it rises again.",
      steps: [
        .init(
          "Sixteen noisy points",
          .text(
            "A network with two hidden layers of 32 learns 16 points of a wave with noise; 200 "
              + "other points judge it."),
          .chart(
            LineChart(
              title: "Loss without any help",
              series: [
                .init("training", values: histories[0].map(\.trainLoss)),
                .init("validation", values: histories[0].map(\.validationLoss)),
              ], xTitle: "epoch", yTitle: "mean squared error", yKind: .logarithmic)),
          .text(sentence(histories[0])),
          .chart(try fits(train, trained[0].after))),
        .init(
          "Three ways against it",
          .table(
            .init(["against it", "epochs", "train", "val. at end", "best val.", "at epoch"], rows)),
          .chart(
            LineChart(
              title: "Validation loss",
              // The shortest is drawn on top: until it stops it is the same as without any help.
              series: zip(ways, histories).sorted { $0.1.count < $1.1.count }.map { way, history in
                .init(way.name, values: history.map(\.validationLoss))
              }, xTitle: "epoch", yTitle: "mean squared error", yKind: .logarithmic)),
          .text(
            "Dropout switches random neurons off, so that none can be relied on. Weight decay "
              + "pulls all weights towards 0. Early stopping ends when validation no longer gets better; "
              + "the trainer always keeps the weights of the best epoch. And more data helps most."),
          .question(
            try .init(
              "A hidden layer of 32 units has dropout 0.3. How many of them are on, on average, in a "
                + "training step?",
              solution: "32 * (1 - 0.3)", hint: "0.3 is the share that is switched off."))),
      ])
  }

  private static func training(
    _ way: Way, _ train: Dataset, _ validation: Dataset
  ) throws -> (history: TrainingHistory, after: Trainer) {
    let network = Sequential {
      Dense(32, activation: .tanh)
      if way.dropout > 0 { Dropout(way.dropout) }
      Dense(32, activation: .tanh)
      if way.dropout > 0 { Dropout(way.dropout) }
      Dense(1)
    }
    var trainer = Trainer(
      network, loss: .meanSquaredError,
      optimizer: .adamW(learningRate: 0.01, weightDecay: way.weightDecay), seed: 3)
    let history = try trainer.fit(
      train, validation: validation, epochs: 400, batch: 16, stopping: way.stopping)
    return (history, trainer)
  }

  private static func inputs(_ x: Double) -> [Double] { (1...6).map { power(x, $0) } }

  /// The points, the wave they come from, the curve of the best epoch, and one that was learned by heart.
  private static func fits(_ train: Dataset, _ best: Trainer) throws -> LineChart {
    var byHeart = Trainer(
      Sequential {
        Dense(32, activation: .tanh); Dense(32, activation: .tanh); Dense(1)
      }, loss: .meanSquaredError, optimizer: .adamW(learningRate: 0.01, weightDecay: 0), seed: 3)
    // Without validation the epoch with the lowest training loss is kept.
    try byHeart.fit(train, epochs: 400, batch: 16)
    let xs = (0...80).map { Double($0) / 40 - 1 }
    let places = try Dataset(xs.map(inputs), targets: xs.map { _ in [0] })
    func answers(_ trainer: Trainer) throws -> [(x: Double, y: Double)] {
      zip(xs, try trainer.predict(places)).map { (x: $0, y: Double($1)) }
    }
    return LineChart(
      title: "Through the points, or near them",
      series: [
        .init(
          "points",
          dots: (0..<train.count).map {
            (x: Double(train.inputs[$0][0]), y: Double(train.targets[$0][0]))
          }),
        .init("learned by heart", try answers(byHeart)),
        .init("best epoch", try answers(best)), .init("the wave", xs.map { (x: $0, y: wave($0)) }),
      ], xTitle: "x", yTitle: "y", countsOnX: false)
  }

  private static func sentence(_ history: TrainingHistory) -> String {
    let best = history.best ?? history[0]
    let last = history[history.count - 1]
    return "On new points the network is best at epoch \(best.epoch) "
      + "(\(Lesson.measured(best.validationLoss))). At the end the training loss is down to "
      + "\(Lesson.measured(last.trainLoss)), the validation loss up to "
      + "\(Lesson.measured(last.validationLoss))."
  }
}
