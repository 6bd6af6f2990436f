import Engine

extension SearchDimension.Domain {
  /// The value at a place from 0 to 1. Equal stretches of places are equally likely: of logarithms where the
  /// domain is logarithmic; each whole number has the places from ½ below to ½ above it, each choice as many
  /// as any other.
  func value(at place: Double) -> Double {
    let place = min(1, max(0, place))
    switch self {
    case .real(let low, let high, let isLogarithmic):
      // At the ends rounding would miss them.
      guard low < high, place > 0 else { return low }
      guard place < 1 else { return high }
      guard isLogarithmic else { return clamped(low * (1 - place) + high * place) }
      return clamped(Double.exp(Double.log(low) * (1 - place) + Double.log(high) * place))
    case .whole(let low, let high, let isLogarithmic):
      guard low < high else { return Double(low) }
      let (start, end) = (Double(low) - 0.5, Double(high) + 0.5)
      guard isLogarithmic else { return clamped((start * (1 - place) + end * place).rounded()) }
      return clamped(
        Double.exp(Double.log(start) * (1 - place) + Double.log(end) * place).rounded())
    case .choice(let count):
      return min(Double(count - 1), (place * Double(count)).rounded(.down))
    }
  }

  /// Where a value is, from 0 to 1; of a whole number and of a choice the middle of their stretch.
  func place(of value: Double) -> Double {
    switch self {
    case .real(let low, let high, let isLogarithmic):
      guard low < high else { return 0.5 }
      return Self.share(clamped(value), low, high, isLogarithmic: isLogarithmic)
    case .whole:
      guard let stretch = stretch(of: value) else { return 0.5 }
      return (stretch.low + stretch.high) / 2
    case .choice(let count): return min(1, max(0, (value + 0.5) / Double(count)))
    }
  }

  /// The places that a whole number has; nil for any other domain, and where there is but one number.
  func stretch(of value: Double) -> (low: Double, high: Double)? {
    guard case .whole(let low, let high, let isLogarithmic) = self, low < high else { return nil }
    let (start, end, value) = (Double(low) - 0.5, Double(high) + 0.5, clamped(value))
    return (
      Self.share(value - 0.5, start, end, isLogarithmic: isLogarithmic),
      Self.share(value + 0.5, start, end, isLogarithmic: isLogarithmic)
    )
  }

  /// The nearest value within the bounds.
  private func clamped(_ value: Double) -> Double {
    switch self {
    case .real(let low, let high, _): min(high, max(low, value))
    case .whole(let low, let high, _): min(Double(high), max(Double(low), value))
    case .choice(let count): min(Double(count - 1), max(0, value))
    }
  }

  private static func share(
    _ value: Double, _ low: Double, _ high: Double, isLogarithmic: Bool
  ) -> Double {
    guard isLogarithmic else {
      // Halves, since the width of the widest range is not a number.
      return min(1, max(0, (value / 2 - low / 2) / (high / 2 - low / 2)))
    }
    let start = Double.log(low)
    return min(1, max(0, (Double.log(value) - start) / (Double.log(high) - start)))
  }

  /// How many values there are; nil for numbers without gaps.
  var count: Int? {
    switch self {
    case .real(let low, let high, _): low < high ? nil : 1
    case .whole(let low, let high, _):
      high.subtractingReportingOverflow(low - 1).overflow ? .max : high - (low - 1)
    case .choice(let count): count
    }
  }
}

extension [SearchDimension] {
  /// The point at places from 0 to 1, one for each dimension; those of absent dimensions do not matter.
  func point(at places: [Double]) -> SearchPoint {
    var point = SearchPoint()
    point.reserveCapacity(count)
    for (dimension, place) in zip(self, places) {
      point.append(dimension.isPresent(in: point) ? dimension.domain.value(at: place) : nil)
    }
    return point
  }

  /// A point of which nothing is known: every place as likely as any other.
  func randomPoint(_ random: inout RandomGenerator) -> SearchPoint {
    point(at: map { _ in random.uniform() })
  }
}
