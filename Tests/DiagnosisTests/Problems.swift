import Datasets
import Engine
import Networks
import TestSupport

/// Data sets for planted faults and healthy runs, each with rows to learn from and rows held out.
enum LearningProblem: String, CaseIterable, Sendable {
  /// Three noisy clouds in eight dimensions.
  case clouds
  /// Inside or outside a ring in two dimensions.
  case ring
  /// A curved surface over five dimensions with noise.
  case surface
  /// Scanned digits of 8×8 pixels, scaled to mean 0 and deviation 1 as a whole.
  case digits

  var inputs: Int {
    switch self {
    case .clouds: 8
    case .ring: 2
    case .surface: 5
    case .digits: 64
    }
  }

  /// How many numbers the network has to make.
  var outputs: Int {
    switch self {
    case .clouds: 3
    case .ring, .surface: 1
    case .digits: 10
    }
  }

  var loss: any Loss {
    switch self {
    case .clouds, .digits: .crossEntropy
    case .ring: .binaryCrossEntropy
    case .surface: .meanSquaredError
    }
  }

  func data(seed: UInt64 = 3) throws -> (train: Dataset, validation: Dataset) {
    switch self {
    case .clouds: (try Self.clouds(600, seed: seed), try Self.clouds(200, seed: seed + 100))
    case .ring: (try Self.ring(600, seed: seed), try Self.ring(200, seed: seed + 100))
    case .surface: (try Self.surface(600, seed: seed), try Self.surface(200, seed: seed + 100))
    case .digits: try Self.digits(seed: seed)
    }
  }

  private static func clouds(_ count: Int, seed: UInt64) throws -> Dataset {
    try drawn(count, seed: seed, inputs: 8) { generator in
      let label = generator.below(3)
      let input = (0..<8).map { generator.normal() + ($0 % 3 == label ? 1.5 : 0) }
      return (input, [Double(label)])
    }
  }

  private static func ring(_ count: Int, seed: UInt64) throws -> Dataset {
    try drawn(count, seed: seed, inputs: 2, target: [1]) { generator in
      let (x, y) = (generator.normal(), generator.normal())
      return ([x, y], [x * x + y * y + 0.2 * generator.normal() > 1.4 ? 1 : 0])
    }
  }

  private static func surface(_ count: Int, seed: UInt64) throws -> Dataset {
    try drawn(count, seed: seed, inputs: 5, target: [1]) { generator in
      let x = (0..<5).map { _ in generator.normal() }
      let y = 0.6 * x[0] - 0.5 * x[1] + 0.4 * x[2] * x[3] + 0.1 * generator.normal()
      return (x, [y])
    }
  }

  private static func digits(seed: UInt64) throws -> (train: Dataset, validation: Dataset) {
    let table = try DataTable(reading: FileSource(path: repositoryPath("Examples/Data/digits.csv")))
    var generator = RandomGenerator(seed: seed)
    let order = generator.permutation(table.count)
    var inputs: [Float] = []
    for row in order {
      inputs += (0..<64).map { Float(table.columns[$0].text(row)!)! / 6 - 0.8 }
    }
    let targets = order.map { Float(table.columns[64].text($0)!)! }
    let all = try Dataset(
      inputs: Examples(shape: [64], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
    return (try all.subset(Array(0..<1000)), try all.subset(Array(1000..<1400)))
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
}
