import CKernels

/// Random numbers from a counter: element *n* of a stream depends on seed, stream and *n* only.
///
/// The generator is Philox4x32-10 (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*,
/// SC 2011), the same function that random masks use. Two generators with the same seed and
/// different streams are independent. The state is a value: copy it, store it, continue it.
public struct RandomGenerator: RandomNumberGenerator, Sendable, Codable, Equatable {
  /// What the user chose.
  public let seed: UInt64
  /// Which of the independent sequences of this seed.
  public let stream: UInt64
  /// How many 64-bit words have been drawn.
  public private(set) var drawn: UInt64 = 0

  /// The beginning of a stream.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let words = Self.block(seed: seed, stream: stream, index: drawn / 2)
    defer { drawn += 1 }
    return drawn % 2 == 0
      ? UInt64(words.0) | UInt64(words.1) << 32 : UInt64(words.2) | UInt64(words.3) << 32
  }

  /// Uniform in [0, 1), a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Normal with mean 0 and deviation 1, by the polar-free Box-Muller transform
  /// √(−2 ln u) · cos(2πv) with u in (0, 1].
  public mutating func normal() -> Double {
    let u = 1 - uniform()
    let v = uniform()
    return (-2 * Double.log(u)).squareRoot() * cosine(2 * .pi * v)
  }

  /// Uniform in 0..<bound, without bias (rejection); 0 if the bound is not above 0.
  public mutating func below(_ bound: Int) -> Int {
    guard bound > 0 else { return 0 }
    let range = UInt64(bound)
    let limit = UInt64.max - UInt64.max % range
    while true {
      let word = next()
      if word < limit { return Int(word % range) }
    }
  }

  /// The numbers 0..<count in random order (Fisher-Yates), the same on every platform and version; none
  /// if the count is not above 0.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<max(0, count))
    shuffle(&order)
    return order
  }

  /// The same numbers in the same order, in 4 bytes each; at most 2³¹ − 1 of them.
  package mutating func permutation32(_ count: Int) -> [Int32] {
    var order = Array(0..<Int32(clamping: max(0, count)))
    shuffle(&order)
    return order
  }

  private mutating func shuffle<Number>(_ order: inout [Number]) {
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, below(last + 1))
    }
  }

  /// Four 32-bit words at a place of a stream.
  static func block(
    seed: UInt64, stream: UInt64, index: UInt64
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var counter = (
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)
    )
    var key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    withUnsafeBytes(of: &counter) { counter in
      withUnsafeBytes(of: &key) { key in
        withUnsafeMutableBytes(of: &words) { words in
          gb_philox(
            counter.baseAddress!.assumingMemoryBound(to: UInt32.self),
            key.baseAddress!.assumingMemoryBound(to: UInt32.self),
            words.baseAddress!.assumingMemoryBound(to: UInt32.self))
        }
      }
    }
    return words
  }
}
