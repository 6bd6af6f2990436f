import Datasets
import Engine
import Formatting
import Networks

/// Which of a target and its logarithm is better learned, by the errors of a small network on validation
/// rows in the target's unit. The logarithm suits most skewed targets in their median and few in their
/// mean, so the shape of the values alone decides nothing: `Docs/decisions/0022-kinds-of-answers.md`.
struct TargetScaleTrial {
  /// What is learned of the targets from now on.
  let chosen: Preprocessing
  /// What was tried and what came of it; nil where no target leans far.
  let note: String?

  private static let mostRows = 2_000
  private static let epochs = 30
  /// A logarithm must be so much better, since it also makes the answer a median.
  private static let least = 0.95

  /// - Parameters:
  ///   - linear: learns the values themselves.
  ///   - candidate: learns logarithms where the values speak for it.
  init(
    _ raw: RawData, linear: Preprocessing, candidate: Preprocessing, _ split: Split, seed: UInt64
  ) throws {
    let places = candidate.targetScales.indices.filter { candidate.targetScales[$0].isLogarithm }
    guard !places.isEmpty, !split.validation.isEmpty, linear.tokens == nil else {
      (chosen, note) = (linear, nil)
      return
    }
    let train = Array(split.train.prefix(Self.mostRows))
    let validation = Array(split.validation.prefix(Self.mostRows))
    let errors = try [linear, candidate].map { made in
      try Self.errors(
        made, train: raw.dataset(made, rows: train), on: raw.dataset(made, rows: validation), seed)
    }
    let better = places.filter { errors[1][$0] < Self.least * errors[0][$0] }
    let scales = linear.targetScales.indices.map {
      better.contains($0) ? candidate.targetScales[$0] : linear.targetScales[$0]
    }
    chosen = linear.answering(linear.targetNames, .numbers(scales), roles: linear.roles)
    note = places.map { place in
      let isBetter = better.contains(place)
      return "target `\(linear.targetNames[place])` leans far to its small values: "
        + (isBetter ? "its logarithm is learned" : "the values themselves are learned")
        + ", since a small network's root mean squared error on validation rows was "
        + "\(errors[1][place].shortText) with the logarithm and \(errors[0][place].shortText) without; "
        + "set `target_scale` to `\(isBetter ? "linear" : "log")` for the other"
    }.joined(separator: "; ")
  }

  /// The root mean squared error of each target in its unit.
  private static func errors(
    _ made: Preprocessing, train: Dataset, on validation: Dataset, _ seed: UInt64
  ) throws -> [Double] {
    let width = made.targetCount
    var trainer = Trainer(
      Sequential {
        Flatten()
        Dense(32, activation: .relu, kernelInitializer: .heNormal)
        Dense(width)
      }, loss: .meanSquaredError, optimizer: .adam(learningRate: 0.003), seed: seed)
    try trainer.fit(train, validation: validation, epochs: epochs)
    let answers = try trainer.predict(validation)
    return (0..<width).map { place in
      let squares = (0..<validation.count).reduce(0.0) { sum, row in
        let error =
          made.decodeValue(answers[row * width + place], at: place)
          - made.decodeValue(validation.targets[row][place], at: place)
        return sum + error * error
      }
      return (squares / Double(validation.count)).squareRoot()
    }
  }
}
