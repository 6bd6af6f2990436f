package import Datasets
import Engine
package import Networks
import TestSupport

/// Data sets for planted faults and healthy trainings, drawn anew for each seed.
package enum LearningProblem: String, CaseIterable, Sendable {
  /// Three noisy clouds in eight dimensions.
  case clouds
  /// Inside or outside a ring in two dimensions.
  case ring
  /// A curved surface over five dimensions with noise.
  case surface
  /// Scanned digits of 8×8 pixels, scaled to mean 0 and deviation 1 as a whole.
  case digits

  /// How many numbers the network has to make.
  var outputs: Int {
    switch self {
    case .clouds: 3
    case .ring, .surface: 1
    case .digits: 10
    }
  }

  package var loss: any Loss {
    switch self {
    case .clouds, .digits: .crossEntropy
    case .ring: .binaryCrossEntropy
    case .surface: .meanSquaredError
    }
  }

  /// Rows to learn from, rows held out, and others that neither training nor diagnosis ever sees.
  package struct Parts: Sendable {
    package var train: Dataset
    package var validation: Dataset
    package var unseen: Dataset
  }

  /// - Parameter rows: to learn from; a third as many are held out.
  package func data(rows: Int = 600, seed: UInt64) throws -> Parts {
    let all = try drawn(rows + rows / 3 + 400, seed: seed)
    func part(_ rows: Range<Int>) throws -> Dataset { try all.subset(Array(rows)) }
    let known = rows + rows / 3
    return Parts(
      train: try part(0..<rows), validation: try part(rows..<known),
      unseen: try part(known..<known + 400))
  }

  private func drawn(_ count: Int, seed: UInt64) throws -> Dataset {
    switch self {
    case .clouds:
      try Self.drawn(count, seed: seed, inputs: 8) { generator in
        let label = generator.below(3)
        let input = (0..<8).map { generator.normal() + ($0 % 3 == label ? 1.5 : 0) }
        return (input, [Double(label)])
      }
    case .ring:
      try Self.drawn(count, seed: seed, inputs: 2, target: [1]) { generator in
        let (x, y) = (generator.normal(), generator.normal())
        return ([x, y], [x * x + y * y + 0.2 * generator.normal() > 1.4 ? 1 : 0])
      }
    case .surface:
      try Self.drawn(count, seed: seed, inputs: 5, target: [1]) { generator in
        let x = (0..<5).map { _ in generator.normal() }
        let y = 0.6 * x[0] - 0.5 * x[1] + 0.4 * x[2] * x[3] + 0.1 * generator.normal()
        return (x, [y])
      }
    case .digits: try Self.digits(count, seed: seed)
    }
  }

  private static func digits(_ count: Int, seed: UInt64) throws -> Dataset {
    let table = try DataTable(reading: FileSource(path: repositoryPath("Examples/Data/digits.csv")))
    var generator = RandomGenerator(seed: seed)
    let order = generator.permutation(table.count).prefix(count)
    let inputs = order.flatMap { row in
      (0..<64).map { Float(table.columns[$0].text(row)!)! / 6 - 0.8 }
    }
    let targets = order.map { Float(table.columns[64].text($0)!)! }
    return try Dataset(
      inputs: Examples(shape: [64], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
  }

  private static func drawn(
    _ count: Int, seed: UInt64, inputs width: Int, target: TensorShape = .scalar,
    _ row: (inout RandomGenerator) -> (input: [Double], target: [Double])
  ) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    var (inputs, targets): ([Float], [Float]) = ([], [])
    for _ in 0..<count {
      let (input, target) = row(&generator)
      inputs += input.map { Float($0) }
      targets += target.map { Float($0) }
    }
    return try Dataset(
      inputs: Examples(shape: TensorShape(checking: [width]), floats: inputs),
      targets: Examples(shape: target, floats: targets))
  }
}

extension Dataset {
  /// The same rows with other inputs.
  func mappingInputs(_ change: (_ row: Int, _ column: Int, Float) -> Float) throws -> Dataset {
    let values = (0..<count).flatMap { row in
      inputs[row].enumerated().map { change(row, $0, $1) }
    }
    return try Dataset(
      inputs: Examples(shape: inputs.shape, floats: values), targets: targets, weights: weights)
  }

  /// The same rows with other targets.
  func mappingTargets(_ change: (_ row: Int, Float) -> Float) throws -> Dataset {
    let values = (0..<count).flatMap { row in targets[row].map { change(row, $0) } }
    return try Dataset(
      inputs: inputs, targets: Examples(shape: targets.shape, floats: values), weights: weights)
  }

  /// Only some rows of one class.
  func keepingFew(of label: Float, _ most: Int) throws -> Dataset {
    var kept = 0
    return try subset(
      (0..<count).filter { row in
        guard targets[row][0] == label else { return true }
        kept += 1
        return kept <= most
      })
  }
}
