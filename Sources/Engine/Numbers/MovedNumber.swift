/// The values of a formula at sixteen moves of one number at once, in 64 bits, and whether the formula
/// decided otherwise at some of them: the numbers that finite differences and their kinks are made of.
///
/// The moves stand in groups of four, one group for each step s: −s, s, −s/2, s/2. One walk through a
/// definition serves all of them, because its own work costs more than the arithmetic.
package struct MovedNumber: NumericScalar {
  /// The value when nothing is moved.
  package let real: Double
  /// The value at each move.
  package let values: SIMD16<Double>
  /// A bit for each group within which a maximum, minimum, absolute value or choice went different
  /// ways: between its moves there is a kink.
  package let parted: UInt8

  package init(_ real: Double, _ values: SIMD16<Double>, parted: UInt8 = 0) {
    (self.real, self.values, self.parted) = (real, values, parted)
  }

  package init(_ constant: Double) { self.init(constant, SIMD16(repeating: constant)) }

  /// The number, moved by each of four steps.
  package init(_ number: Double, by steps: [Double]) {
    var values = SIMD16(repeating: number)
    for (group, step) in steps.prefix(4).enumerated() {
      for (place, share) in [-1, 1, -0.5, 0.5].enumerated() {
        values[4 * group + place] += share * step
      }
    }
    self.init(number, values)
  }

  /// The values of one group, in the order of its moves.
  package func group(_ group: Int) -> [Double] { (0..<4).map { values[4 * group + $0] } }

  /// Did the moves of a group lead different ways?
  package func isParted(_ group: Int) -> Bool { parted >> UInt8(group) & 1 == 1 }

  package static func detached(_ value: MovedNumber) -> MovedNumber { MovedNumber(value.real) }

  // MARK: Arithmetic

  package static func + (a: MovedNumber, b: MovedNumber) -> MovedNumber {
    MovedNumber(a.real + b.real, a.values + b.values, parted: a.parted | b.parted)
  }
  package static func - (a: MovedNumber, b: MovedNumber) -> MovedNumber {
    MovedNumber(a.real - b.real, a.values - b.values, parted: a.parted | b.parted)
  }
  package static func * (a: MovedNumber, b: MovedNumber) -> MovedNumber {
    MovedNumber(a.real * b.real, a.values * b.values, parted: a.parted | b.parted)
  }
  package static func / (a: MovedNumber, b: MovedNumber) -> MovedNumber {
    MovedNumber(a.real / b.real, a.values / b.values, parted: a.parted | b.parted)
  }
  package static prefix func - (a: MovedNumber) -> MovedNumber {
    MovedNumber(-a.real, -a.values, parted: a.parted)
  }

  private func mapped(_ function: (Double) -> Double) -> MovedNumber {
    var new = values
    for place in new.indices { new[place] = function(values[place]) }
    return MovedNumber(function(real), new, parted: parted)
  }

  package static func exp(_ x: MovedNumber) -> MovedNumber { x.mapped(Double.exp) }
  package static func log(_ x: MovedNumber) -> MovedNumber { x.mapped(Double.log) }
  package static func tanh(_ x: MovedNumber) -> MovedNumber { x.mapped(Double.tanh) }
  package static func erf(_ x: MovedNumber) -> MovedNumber { x.mapped(Double.erf) }
  package static func sqrt(_ x: MovedNumber) -> MovedNumber {
    MovedNumber(x.real.squareRoot(), x.values.squareRoot(), parted: x.parted)
  }

  // MARK: Decisions

  /// The groups within which the moves decide differently which of two numbers is larger.
  private static func parting(_ a: MovedNumber, _ b: MovedNumber) -> UInt8 {
    let (above, below) = (a.values .> b.values, a.values .< b.values)
    if all(above) || all(below) { return 0 }
    var groups: UInt8 = 0
    for group in 0..<4 {
      let first = 4 * group
      for place in first + 1..<first + 4
      where above[place] != above[first] || below[place] != below[first] {
        groups |= 1 << UInt8(group)
      }
    }
    return groups
  }

  package static func abs(_ x: MovedNumber) -> MovedNumber {
    let values = x.values.replacing(with: -x.values, where: x.values .< 0)
    return MovedNumber(x.real.magnitude, values, parted: x.parted | parting(x, 0))
  }

  package static func max(_ a: MovedNumber, _ b: MovedNumber) -> MovedNumber {
    let isSecond = (b.values .> a.values) .| (b.values .!= b.values)
    return MovedNumber(
      .max(a.real, b.real), a.values.replacing(with: b.values, where: isSecond),
      parted: a.parted | b.parted | parting(a, b))
  }

  package static func min(_ a: MovedNumber, _ b: MovedNumber) -> MovedNumber {
    let isSecond = (b.values .< a.values) .| (b.values .!= b.values)
    return MovedNumber(
      .min(a.real, b.real), a.values.replacing(with: b.values, where: isSecond),
      parted: a.parted | b.parted | parting(a, b))
  }

  package static func select(
    _ a: MovedNumber, greaterThan b: MovedNumber, _ yes: MovedNumber, else no: MovedNumber
  ) -> MovedNumber {
    let chosen = no.values.replacing(with: yes.values, where: a.values .> b.values)
    let kept = a.real > b.real ? yes : no
    return MovedNumber(
      kept.real, chosen, parted: a.parted | b.parted | kept.parted | parting(a, b))
  }
}
