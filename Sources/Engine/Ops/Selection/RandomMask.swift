import CKernels

extension Ops {
  /// A mask that drops each element with a given probability and scales the kept ones so that the mean
  /// stays the same (inverted dropout; Srivastava et al. 2014).
  ///
  /// y = 0 with probability rate, else 1 ÷ (1 − rate). An element depends on seed, step, stream and
  /// position only (Philox4x32-10), so it is the same at any thread count.
  package struct RandomMask: CompiledOp {
    package static let name = "random mask"
    package static let keyName = "random key"
    /// Seed and step, each as four pieces of 16 bits, which 32-bit floats hold exactly.
    package static let keyShape: TensorShape = [8]

    /// The probability of 0, in 0..<1.
    package let rate: Double
    /// Which of the graph's independent random sequences.
    package let stream: Int
    /// The shape of the mask.
    package let result: TensorShape

    /// The input is the graph's ``Graph/randomKey()``.
    package init(rate: Double, stream: Int, shape: TensorShape) {
      self.rate = rate
      self.stream = stream
      result = shape
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs == [Self.keyShape], (0..<1).contains(rate) else {
        throw Problem.shape(
          Self.name, expected: "the graph's random key and a rate from 0 to below 1",
          found: "\(inputs.map(\.description).joined(separator: " and ")), rate \(rate)")
      }
      return result
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let mask = Mask(rate: rate, stream: stream) { Float(inputs[0][flat: $0].real) }
      return N(Double(mask.block(cell / 4)[cell % 4]))
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] { [.zero] }

    func steps(_ call: StepCall) -> [any Step] {
      [MaskStep(call, rate: rate, stream: stream)]
    }

    /// Writes the numbers that a seed and a step are read from.
    package static func writeKey(
      seed: UInt64, step: UInt64, into key: UnsafeMutableBufferPointer<Float>
    ) {
      for piece in 0..<4 {
        key[piece] = Float(UInt16(truncatingIfNeeded: seed >> (piece * 16)))
        key[4 + piece] = Float(UInt16(truncatingIfNeeded: step >> (piece * 16)))
      }
    }

    /// The numbers that a seed and a step are read from.
    package static func key(seed: UInt64, step: UInt64) -> [Float] {
      var key = [Float](repeating: 0, count: keyShape.count)
      key.withUnsafeMutableBufferPointer { writeKey(seed: seed, step: step, into: $0) }
      return key
    }

    package static let examples = [
      OpExample(RandomMask(rate: 0.3, stream: 2, shape: [5, 7]), .randomKey)
    ]
  }
}

/// What the mask's numbers are made of.
private struct Mask {
  let seed, stream: UInt64
  let threshold: UInt32
  let kept: Float

  init(rate: Double, stream: Int, key: (Int) -> Float) {
    seed = (0..<4).reduce(0) { $0 | UInt64(key($1)) << ($1 * 16) }
    let step = (0..<4).reduce(0) { $0 | UInt64(key(4 + $1)) << ($1 * 16) }
    self.stream = RandomStream.mask(number: stream, step: step).number
    threshold = UInt32(rate * 0x1p32)
    kept = Float(1 / (1 - rate))
  }

  /// Four numbers, by the definition.
  func block(_ index: Int) -> SIMD4<Float> {
    let words = RandomGenerator.block(seed: seed, stream: stream, index: UInt64(index))
    return SIMD4(
      words.0 < threshold ? 0 : kept, words.1 < threshold ? 0 : kept,
      words.2 < threshold ? 0 : kept, words.3 < threshold ? 0 : kept)
  }
}

private final class MaskStep: Step {
  private let key, mask: UnsafeMutablePointer<Float>
  private let rate: Double
  private let stream, count: Int
  private let kernels: Kernels
  let chunks: Int
  let kind = "random mask"
  private static let perChunk = 8192

  init(_ call: StepCall, rate: Double, stream: Int) {
    (key, mask, kernels) = (call.inputs[0], call.output, call.kernels)
    (self.rate, self.stream, count) = (rate, stream, call.outputShape.count)
    chunks = (count + Self.perChunk - 1) / Self.perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let numbers = Mask(rate: rate, stream: stream) { key[$0] }
    kernels.table.random_mask(
      numbers.seed, numbers.stream, numbers.threshold, numbers.kept, mask,
      Int64(chunk * Self.perChunk), Int64(min(count, (chunk + 1) * Self.perChunk)))
  }
}
