import Datasets
import Engine
import Networks

/// A network that is trained in seconds, to ask validation rows which of several ways to prepare the
/// answers is learned better.
enum SmallNetwork {
  /// So many rows of a part are enough.
  static let mostRows = 2_000
  private static let epochs = 30

  /// The root mean squared error of each target in its unit.
  static func errors(
    _ made: Preprocessing, train: Dataset, on validation: Dataset, seed: UInt64
  ) throws -> [Double] {
    let width = made.targetCount
    let layers: [any Layer] = [
      Flatten(), Dense(32, activation: .relu, kernelInitializer: .heNormal), Dense(width),
    ]
    var trainer = Trainer(
      Sequential(Change(of: made, train, outputs: width)?.around(layers) ?? layers),
      loss: .meanSquaredError, optimizer: .adam(learningRate: 0.003), seed: seed)
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
