import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// What was learned on one task helps on the next.
enum TransferLearningLesson: CatalogLesson {
  static let name = "transfer-learning"
  static let title = "Transfer learning: keep the first layers"

  /// The seven bars of a pocket calculator's display, on 7×5 pixels.
  private static let bars: [Character: [(row: Int, column: Int)]] = [
    "a": [(0, 1), (0, 2), (0, 3)], "b": [(1, 4), (2, 4)], "c": [(4, 4), (5, 4)],
    "d": [(6, 1), (6, 2), (6, 3)], "e": [(4, 0), (5, 0)], "f": [(1, 0), (2, 0)],
    "g": [(3, 1), (3, 2), (3, 3)],
  ]
  private static let digits = [
    "abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg",
  ]
  /// A, C, E, F, H, L, P, U.
  static let letters = [
    "abcefg", "adef", "adefg", "aefg", "bcefg", "def", "abefg", "bcdef",
  ]
  private static let units = 24

  /// Which of the pixels are lit, row by row.
  static func pixels(of sign: String) -> [Bool] {
    let lit = sign.flatMap { bars[$0] ?? [] }
    return (0..<35).map { pixel in lit.contains { $0.row * 5 + $0.column == pixel } }
  }

  /// Noisy images of signs, each sign equally often.
  private static func images(_ signs: [String], each: Int, seed: UInt64) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    let labels = (0..<signs.count * each).map { $0 % signs.count }
    let inputs = labels.map { label -> [Double] in
      pixels(of: signs[label]).map { ($0 ? 0.8 : 0.2) + 0.3 * generator.normal() }
    }
    return try Dataset(inputs, targets: labels.map { [Double($0)] }, areClasses: true)
  }

  private static func sheet(
    _ title: String, _ signs: some Sequence<(String, String)>
  ) -> Figure {
    pictures(
      title,
      signs.map { ($0, pixels(of: $1).map { $0 ? 0.8 : 0.2 }) }, width: 5, tileWidth: 30)
  }

  private static var first: Dense { Dense(units, activation: .relu, name: "first") }

  static func make() throws -> Lesson {
    let (source, accuracy) = try trainOnDigits()
    let test = try images(letters, each: 50, seed: 3)
    var rows: [[String]] = []
    var gains: [Double] = []
    for each in [2, 4, 16, 64] {
      let train = try images(letters, each: each, seed: 2)
      let scratch = try score(Sequential([first, Dense(letters.count)]), train, test)
      let transferred = try score(
        Sequential { Dense(letters.count) }, features(source, train), features(source, test))
      rows.append(
        ["\(train.count)", percentText(scratch), percentText(transferred)])
      gains.append(transferred - scratch)
    }
    return Lesson(
      name, title: title,
      idea:
        "A network that has learned one task has learned to see. A new task of the same kind can "
        + "keep its first layers as they are and learn the last one only, from a few examples.",
      steps: [
        task(accuracy), try frozen(),
        .init(
          "From scratch, or with what is known",
          .text("Right answers on \(test.count) new letters, after 200 epochs each:"),
          .table(.init(["letters learned from", "from scratch", "first layer kept"], rows)),
          .text(sentence(gains))),
      ])
  }

  private static func task(_ accuracy: Double) -> Lesson.Step {
    .init(
      "First task: digits, plenty of them",
      .text(
        "Ten digits as a pocket calculator shows them, seven bars on 7×5 pixels, under heavy "
          + "noise. A network 35-\(units)-10 learns from 2000 of them and reads "
          + "\(percentText(accuracy)) of 500 new ones."),
      .text(
        "Its first layer had to learn which bars are lit. Letters are made of the same bars."),
      .figure(sheet("The digits, without noise", zip((0...9).map(String.init), digits))))
  }

  private static func frozen() throws -> Lesson.Step {
    let inputs = 35
    let (all, last) = (
      (inputs + 1) * units + (units + 1) * letters.count, (units + 1) * letters.count
    )
    return .init(
      "Second task: eight letters, few of them",
      .text(
        "The last layer is thrown away, because it answers with digits. The first one is frozen: "
          + "its \(units) outputs become the inputs of a new last layer."),
      .formula(
        .init(
          "weights to learn",
          (SymbolicExpression.variable("units", Double(units)) + 1)
            * SymbolicExpression.variable("letters", Double(letters.count)))),
      .text("From scratch it would be \(all) weights instead of \(last)."),
      .figure(
        sheet("The letters, without noise", zip(["A", "C", "E", "F", "H", "L", "P", "U"], letters))),
      .question(
        try .init(
          "A kept layer of 100 units, and a new task with 3 classes. How many weights are to be learned?",
          solution: "(100 + 1) * 3", hint: "Each class has one weight for each unit, and a bias.")))
  }

  private static func trainOnDigits() throws -> (first: Model, accuracy: Double) {
    let layer = first
    var trainer = Trainer(
      Sequential([layer, Dense(digits.count)]), loss: .crossEntropy,
      optimizer: .adam(learningRate: 0.005), metrics: [.accuracy], seed: 4)
    let history = try trainer.fit(
      images(digits, each: 200, seed: 1), validation: images(digits, each: 50, seed: 5),
      epochs: 20, batch: 50)
    let best = history.best
    let learned = trainer.model?.tensors.filter { $0.name.hasPrefix("first/") } ?? []
    return (
      try Model(
        Sequential([layer]), inputShape: [35], loss: .meanSquaredError, tensors: learned),
      best?.validation?["accuracy"] ?? .nan
    )
  }

  /// What the frozen layer makes of each image.
  private static func features(_ source: Model, _ data: Dataset) throws -> Dataset {
    let outputs = try Predictor(source)((0..<data.count).flatMap { data.inputs[$0] })
    return try Dataset(
      inputs: Examples(shape: [units], floats: outputs), targets: data.targets)
  }

  private static func score(
    _ network: Sequential, _ train: Dataset, _ test: Dataset
  ) throws -> Double {
    var trainer = Trainer(
      network, loss: .crossEntropy, optimizer: .adam(learningRate: 0.005), seed: 6)
    try trainer.fit(train, epochs: 200, batch: 16)
    let outputs = try trainer.predict(test)
    let right = (0..<test.count).count { row in
      let scores = outputs[row * letters.count..<(row + 1) * letters.count]
      let answer = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      return Float(answer - scores.startIndex) == test.targets[row][0]
    }
    return Double(right) / Double(test.count)
  }

  private static func sentence(_ gains: [Double]) -> String {
    let (few, many) = (100 * gains[0], 100 * gains[gains.count - 1])
    return "With the fewest letters the kept layer is worth "
      + "\(numberText(few.rounded())) points of a hundred, with the most \(numberText(many.rounded())). "
      + "The fewer examples, the more it helps; with plenty, a network may as well learn everything."
  }
}
