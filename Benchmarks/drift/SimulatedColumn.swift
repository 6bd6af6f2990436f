import Datasets
import Engine
import Serving

/// A column whose distribution is known, and how it may move.
package struct SimulatedColumn: Sendable {
  package let name: String
  /// The probability of each category, in order; nil for numbers.
  let shares: [Double]?
  /// A value by a uniform and a normal random number.
  let draw: @Sendable (_ uniform: Double, _ normal: Double) -> Double
  /// The probability of a value up to x.
  let upTo: @Sendable (_ x: Double) -> Double

  /// A normal column, moved by so many of its deviations.
  package static func normal(movedBy shift: Double = 0) -> Self {
    Self(
      name: "normal", shares: nil, draw: { _, normal in normal + shift },
      upTo: { 0.5 * (1 + Double.erf(($0 - shift) / 2.0.squareRoot())) })
  }

  /// Whole numbers from 0 to 4, each as likely.
  package static let counts = Self(
    name: "counts 0 to 4", shares: nil, draw: { uniform, _ in (uniform * 5).rounded(.down) },
    upTo: { max(0, min(5, $0.rounded(.down) + 1)) / 5 })

  /// Two of five are 0, the rest is exponential.
  package static let manyZeros = Self(
    name: "many zeros", shares: nil,
    draw: { uniform, _ in uniform < 0.4 ? 0 : -Double.log(1 - (uniform - 0.4) / 0.6) },
    upTo: { $0 < 0 ? 0 : 0.4 + 0.6 * (1 - Double.exp(-$0)) })

  /// Categories with given shares.
  package static func categories(_ name: String, _ shares: [Double]) -> Self {
    Self(
      name: name, shares: shares,
      draw: { uniform, _ in
        var rest = uniform
        for (place, share) in shares.enumerated() {
          rest -= share
          if rest < 0 { return Double(place) }
        }
        return Double(shares.count - 1)
      }, upTo: { _ in 0 })
  }

  /// Those of the measurement beside Evidently, and one with a value that is frequent.
  package static let quiet = [
    normal(), categories("5 labels", [0.2, 0.2, 0.2, 0.2, 0.2]), counts,
    categories("yes or no", [0.1, 0.9]), manyZeros,
  ]

  /// What training saw in so many rows.
  func reference(_ rows: Int, _ generator: inout RandomGenerator) -> ReferenceColumn {
    let values = (0..<rows).map { _ in
      shares == nil && name == "normal"
        ? draw(0, generator.normal()) : draw(generator.uniform(), 0)
    }
    guard let shares else {
      return ReferenceColumn(ColumnSummary(name, numbers: values), .input)
    }
    let names = shares.indices.map { "\($0)" }
    return ReferenceColumn(
      ColumnSummary(name, categories: names, values.map { Int($0) }), .input, known: names)
  }

  /// The probability of each bin of a reference.
  func probabilities(of reference: ReferenceColumn) -> [Double] {
    switch reference.scale {
    case .numbers(let edges, _):
      let ends = edges.map(upTo) + [1]
      return zip(ends, [0] + ends).map { $0 - $1 } + [0]
    case .categories(let places, _):
      var probabilities = [Double](repeating: 0, count: reference.bins.count)
      for (place, share) in shares!.enumerated() { probabilities[places["\(place)"]!] = share }
      return probabilities
    }
  }
}

/// A fast generator, good enough to count with: S. Vigna's SplitMix64.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }

  /// How many of `rows` draws fall into each bin.
  mutating func counts(_ rows: Int, _ probabilities: [Double]) -> [Int] {
    var (sum, ends) = (0.0, [UInt64]())
    for probability in probabilities {
      sum += probability
      ends.append(sum >= 1 ? UInt64.max : UInt64(sum * 0x1p64))
    }
    var counts = [Int](repeating: 0, count: ends.count)
    ends.withUnsafeBufferPointer { ends in
      counts.withUnsafeMutableBufferPointer { counts in
        for _ in 0..<rows {
          let draw = next()
          // Without branches, which nobody could foresee.
          var bin = 0
          for place in 0..<ends.count - 1 { bin &+= draw >= ends[place] ? 1 : 0 }
          counts[bin] &+= 1
        }
      }
    }
    return counts
  }
}
