import Charts
import Datasets
import Engine
import Formatting
import Networks
import Training

/// More examples from few: changes that leave the answer as it is.
enum AugmentationLesson: CatalogLesson {
  static let name = "augmentation"
  static let title = "Augmentation: changes that keep the answer"

  private static let (height, width) = (9, 7)
  private static let letters = TransferLearningLesson.letters

  /// A letter of 7×5 pixels on a larger sheet, moved from its middle.
  private static func sheet(_ letter: Int, down: Int, right: Int) -> [Double] {
    let lit = TransferLearningLesson.pixels(of: letters[letter])
    return (0..<height * width).map { pixel in
      let (row, column) = (pixel / width - 1 - down, pixel % width - 1 - right)
      let isInside = (0..<7).contains(row) && (0..<5).contains(column)
      return isInside && lit[row * 5 + column] ? 0.8 : 0.2
    }
  }

  static func make() throws -> Lesson {
    Lesson(
      name, title: title,
      idea:
        "A letter moved by a pixel is the same letter. Showing a network such variants of its few "
        + "examples teaches it what does not matter. Which changes keep the answer, only people know.",
      steps: [try variants(), try effect()])
  }

  private static func variants() throws -> Lesson.Step {
    let letter = sheet(2, down: 0, right: 0)
    var generator = RandomGenerator(seed: 4)
    let mirrored = letter.indices.map { letter[$0 / width * width + width - 1 - $0 % width] }
    return .init(
      "One E, and what can be made of it",
      .figure(
        pictures(
          "Variants of one picture",
          [
            ("as it is", letter), ("moved", sheet(2, down: 1, right: -1)),
            ("noise", letter.map { $0 + 0.12 * generator.normal() }),
            ("brighter", letter.map { min(1, $0 + 0.2) }), ("mirrored", mirrored),
          ], width: width, tileWidth: 62)),
      .text(
        "The first four are an E. The mirrored one is no letter any more: for cats mirroring is right, for "
          + "letters, road signs and hearts it is wrong. A 6 turned round is a 9."),
      .question(
        try .init(
          "A picture may be moved by -1, 0 or 1 pixel along both axes and mirrored or not. How many "
            + "variants are there, itself included?", solution: "3 * 3 * 2",
          hint: "Each choice multiplies.", tolerance: 0)))
  }

  private static func noisy(
    _ images: [(letter: Int, pixels: [Double])], _ generator: inout RandomGenerator
  ) throws -> Dataset {
    let inputs = images.map { image in image.pixels.map { $0 + 0.15 * generator.normal() } }
    return try Dataset(inputs, targets: images.map { [Double($0.letter)] }, areClasses: true)
  }

  private static func accuracy(_ train: Dataset, _ test: Dataset, epochs: Int) throws -> Double {
    var trainer = Trainer(
      Sequential {
        Dense(24, activation: .relu); Dense(letters.count)
      }, loss: .crossEntropy, optimizer: .adam(learningRate: 0.005), metrics: [.accuracy], seed: 6)
    try trainer.fit(train, epochs: epochs, batch: 16)
    let outputs = try trainer.predict(test)
    let right = (0..<test.count).count { row in
      let scores = Array(outputs[row * letters.count..<(row + 1) * letters.count])
      let answer = scores.indices.max { scores[$0] < scores[$1] } ?? 0
      return Float(answer) == test.targets[row][0]
    }
    return Double(right) / Double(test.count)
  }

  private static func effect() throws -> Lesson.Step {
    var generator = RandomGenerator(seed: 8)
    let moves = [-1, 0, 1]
    let all = letters.indices
    let few = all.map { (letter: $0, pixels: sheet($0, down: 0, right: 0)) }
    let moved = all.flatMap { letter in
      moves.flatMap { down in
        moves.map { (letter: letter, pixels: sheet(letter, down: down, right: $0)) }
      }
    }
    let test = try noisy(
      (0..<200).map { number in
        let letter = number % letters.count
        return (
          letter: letter,
          pixels: sheet(letter, down: generator.below(3) - 1, right: generator.below(3) - 1)
        )
      }, &generator)
    // As many steps with both: nine times the examples for a ninth of the epochs.
    let plain = try accuracy(noisy(few + few, &generator), test, epochs: 180)
    let varied = try accuracy(noisy(moved + moved, &generator), test, epochs: 20)
    return .init(
      "What it is worth",
      .text(
        "A network learns the eight letters from two pictures each, then the same pictures moved by up to "
          + "one pixel, with as many steps. Both read 200 new letters that stand anywhere:"),
      .table(
        .init(
          ["learned from", "right"],
          [
            ["16 pictures", percentText(plain)],
            ["16 pictures, each in 9 places", percentText(varied)],
          ])),
      .text(
        "Variants are for training alone. Validation and test keep the pictures as they come, or their "
          + "scores say nothing about pictures as they come."))
  }
}
