import Engine

/// Points that fill the space evenly, one trial a point of a Sobol sequence that the seed scrambles.
package struct SobolSampler: Sampler {
  package static let name = "sobol"

  package init() {}

  package func point(
    ofTrial number: Int, in dimensions: [SearchDimension], after observations: [Observation],
    seed: UInt64
  ) -> SearchPoint? {
    var random = RandomGenerator(seed: seed, for: .trial(number))
    // Where all trials of a study have the same scrambling.
    var scrambling = RandomGenerator(seed: seed, for: .trial(-1))
    let sequence = SobolSequence(dimensions: dimensions.count, scrambledBy: &scrambling)
    // Beyond the dimensions that the sequence has numbers for, anywhere.
    var places = sequence.point(number)
    while places.count < dimensions.count { places.append(random.uniform()) }
    return dimensions.untried(dimensions.point(at: places), after: observations, &random)
  }
}

/// Points of [0, 1) in several dimensions that leave no large gap: any 2ᵏ from a multiple of 2ᵏ on fill all
/// boxes of many partitions alike (Sobol 1967).
struct SobolSequence {
  static var mostDimensions: Int { SobolNumbers.all.count + 1 }
  private static let bits = 32

  /// For each dimension what each bit of a point's number adds, without carry.
  private let directions: [[UInt32]]
  private let shifts: [UInt32]

  /// The sequence as it is defined, which begins with 0.
  init(dimensions: Int) {
    directions = Self.directions(dimensions)
    shifts = directions.map { _ in 0 }
  }

  /// The sequence with a random linear scrambling of its digits and a random shift (Matoušek, *On the
  /// L2-discrepancy for anchored boxes*, J. Complexity 14, 1998): as even, without points that are the same
  /// for all seeds.
  init(dimensions: Int, scrambledBy random: inout RandomGenerator) {
    var scrambled: [[UInt32]] = []
    var shifts: [UInt32] = []
    for numbers in Self.directions(dimensions) {
      // A lower triangular matrix of digits with ones on its diagonal, by rows; the first digit is the top.
      let rows = (0..<Self.bits).map { row -> UInt32 in
        let own = UInt32(1) << (31 - row)
        return own | UInt32(truncatingIfNeeded: random.next()) & ~(own | (own - 1))
      }
      scrambled.append(
        numbers.map { number in
          rows.indices.reduce(0) {
            $0 | UInt32((rows[$1] & number).nonzeroBitCount & 1) << (31 - $1)
          }
        })
      shifts.append(UInt32(truncatingIfNeeded: random.next()))
    }
    directions = scrambled
    self.shifts = shifts
  }

  /// A point by its number, counted from 0; in the order of the Gray code.
  func point(_ number: Int) -> [Double] {
    let code = UInt32(truncatingIfNeeded: number ^ (number >> 1))
    return zip(directions, shifts).map { numbers, shift in
      let sum = (0..<Self.bits).reduce(shift) { $0 ^ (code >> $1 & 1 == 1 ? numbers[$1] : 0) }
      return Double(sum) * 0x1p-32
    }
  }

  private static func directions(_ dimensions: Int) -> [[UInt32]] {
    (0..<min(dimensions, mostDimensions)).map { dimension in
      guard dimension > 0 else { return (0..<bits).map { UInt32(1) << (31 - $0) } }
      let numbers = SobolNumbers.all[dimension - 1]
      let degree = numbers.degree
      var directions = numbers.first.enumerated().map { UInt32($1) << (31 - $0) }
      for place in degree..<bits {
        let oldest = directions[place - degree]
        var next = oldest ^ (oldest >> degree)
        for back in 1..<max(1, degree)
        where numbers.coefficients >> (degree - 1 - back) & 1 == 1 {
          next ^= directions[place - back]
        }
        directions.append(next)
      }
      return directions
    }
  }
}
