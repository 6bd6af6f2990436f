import Engine

/// The planes of points that a playground begins with, all within about −6 to 6.
package enum Plane: String, Sendable, NamedChoice {
  case circles
  case exclusiveOr = "exclusive_or"
  case gaussians, spirals, moons
  /// A number to be foreseen: a slope, and hills.
  case slope, hills

  /// Is a number answered, instead of a class?
  package var hasNumbers: Bool { self == .slope || self == .hills }

  /// The classes, in the order in which they take turns; none for numbers.
  package var labels: [String] { hasNumbers ? [] : ["blue", "orange"] }

  /// A place and what belongs to it: the place of a label, or a number.
  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double
    package var target: Double
  }

  /// Its points: the same for the same seed.
  ///
  /// - Parameters:
  ///   - noise: from 0 to 1: the share by which places are moved, or numbers changed.
  package func points(count: Int, noise: Double, seed: UInt64) -> [Point] {
    var generator = RandomGenerator(seed: seed, for: .plane)
    return (0..<count).map { number in
      var point = self.point(number, of: count, &generator)
      if hasNumbers {
        point.target += noise * generator.normal()
      } else {
        point.x += 2 * noise * generator.normal()
        point.y += 2 * noise * generator.normal()
      }
      return Point(
        x: Self.short(point.x), y: Self.short(point.y), target: Self.short(point.target))
    }
  }

  private func point(_ number: Int, of count: Int, _ generator: inout RandomGenerator) -> Point {
    let label = number % 2
    let sign = label == 0 ? 1.0 : -1.0
    // How far along a curve of its class a point lies, from 0 to 1; no two at the same place.
    let share = (Double(number / 2) + 0.5) / (Double(count) / 2).rounded(.up)
    switch self {
    case .circles:
      let radius =
        label == 0 ? 2.5 * generator.uniform().squareRoot() : 3.5 + 1.5 * generator.uniform()
      let angle = 2 * Double.pi * generator.uniform()
      return Point(x: radius * cosine(angle), y: radius * Self.sine(angle), target: Double(label))
    case .exclusiveOr:
      let (x, y) = (0.3 + 4.7 * generator.uniform(), 0.3 + 4.7 * generator.uniform())
      let side = generator.uniform() < 0.5 ? 1.0 : -1.0
      return Point(x: side * x, y: sign * side * y, target: Double(label))
    case .gaussians:
      return Point(
        x: sign * 2 + 0.9 * generator.normal(), y: sign * 2 + 0.9 * generator.normal(),
        target: Double(label))
    case .spirals:
      let (radius, angle) = (5 * share, 1.75 * share * 2 * Double.pi)
      return Point(
        x: sign * radius * Self.sine(angle), y: sign * radius * cosine(angle), target: Double(label)
      )
    case .moons:
      let angle = Double.pi * share
      return Point(
        x: sign * (4 * cosine(angle) - 2), y: sign * (4 * Self.sine(angle) - 1),
        target: Double(label))
    case .slope, .hills:
      let (x, y) = (12 * generator.uniform() - 6, 12 * generator.uniform() - 6)
      return Point(x: x, y: y, target: height(x, y))
    }
  }

  /// The number that belongs to a place, before noise.
  private func height(_ x: Double, _ y: Double) -> Double {
    guard self == .hills else { return (x + y) / 6 }
    let hills: [(Double, Double, Double)] = [
      (-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1),
    ]
    return hills.reduce(0) { sum, hill in
      let (left, up) = (x - hill.0, y - hill.1)
      return sum + hill.2 * .exp(-(left * left + up * up) / 2.5)
    }
  }

  private static func sine(_ angle: Double) -> Double { cosine(angle - .pi / 2) }

  /// Few enough decimals for a table that people read.
  private static func short(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}
