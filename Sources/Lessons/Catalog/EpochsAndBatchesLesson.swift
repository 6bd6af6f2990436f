import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// What an epoch is, what a batch is, and what the size of a batch changes.
enum EpochsAndBatchesLesson: CatalogLesson {
  static let name = "epochs-and-batches"
  static let title = "Epochs and batches"

  static func make() throws -> Lesson {
    let data = try DogOrCatLesson.images(1000, seed: 1)
    let validation = try DogOrCatLesson.images(200, seed: 2)
    var rows: [[String]] = []
    var lines: [LineChart.Series] = []
    for batch in [10, 50, 200, 1000] {
      var steps = 0
      var trainer = Trainer(
        Sequential {
          Dense(3, activation: .relu); Dense(2)
        }, loss: .crossEntropy,
        optimizer: .sgd(learningRate: 0.1), metrics: [.accuracy], seed: 4)
      let history = try trainer.fit(data, validation: validation, epochs: 10, batch: batch) {
        event in
        if case .step = event { steps += 1 }
        return .continue
      }
      let last = history[history.count - 1]
      rows.append([
        "\(batch)", "\(steps / history.count)", "\(steps)",
        Lesson.measured(last.validationLoss),
        percentText(last.validation?["accuracy"] ?? .nan),
      ])
      lines.append(.init("batch \(batch)", values: history.scores("loss")))
    }
    return Lesson(
      name, title: title,
      idea: "An epoch shows the network every example once. A batch is how many examples share one "
        + "step. Small batches make many rough steps, large ones few smooth steps.",
      steps: [
        .init(
          "Counting",
          .text(
            "1,000 images of dogs and cats, 10 epochs: each is seen 10 times. Steps are counted "
              + "while the trainer works:"),
          .table(
            .init(["batch", "steps an epoch", "steps in all", "val. loss", "accuracy"], rows))),
        .init(
          "After each epoch",
          .chart(
            LineChart(
              title: "Validation loss", series: lines, xTitle: "epoch", yTitle: "cross-entropy")),
          .text(
            "At the same learning rate, whoever makes more steps gets further in an epoch. That is "
              + "not the whole story: large batches use the machine better and bear larger rates."),
          .question(
            try .init(
              "60,000 images, batches of 128: how many steps has an epoch?",
              solution: "(60000 - 96) / 128 + 1",
              hint: "The last batch may be smaller, but it is a step.", tolerance: 0))),
      ])
  }
}
