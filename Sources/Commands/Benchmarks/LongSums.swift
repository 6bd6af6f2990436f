import Glassbox

/// Is the sum of channel 0 over a sequence positive? Made here: normal numbers, 64 steps of 32 channels.
struct LongSums {
  let train: Dataset
  /// 2,000 sequences that no training sees.
  let test: Dataset

  static let usualCount = 8192
  private static let shape: TensorShape = [64, 32]

  init(count: Int, seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed, stream: 1 << 40)
    train = try Self.sequences(count, &generator)
    test = try Self.sequences(2000, &generator)
  }

  private static func sequences(
    _ count: Int, _ generator: inout RandomGenerator
  ) throws -> Dataset {
    let channels = shape[1]
    let inputs = (0..<count * shape.count).map { _ in Float(generator.normal()) }
    let targets = (0..<count).map { sequence -> Float in
      let first = sequence * shape.count
      let sum = stride(from: first, to: first + shape.count, by: channels)
        .reduce(0) { $0 + Double(inputs[$1]) }
      return sum > 0 ? 1 : 0
    }
    return try Dataset(
      inputs: Examples(shape: shape, floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
  }
}
