import Engine

/// A density over the points of a space: a mixture of one component around each of some points, and of one
/// that knows nothing.
///
/// A component is a product over the dimensions that a point has: a normal density of places cut off at 0 and
/// 1, its mass in the stretch of a whole number, the smoothed frequency of a choice. Where the component's own
/// point lacks a dimension, that of the one that knows nothing stands in; so each component is a density over
/// all points, with whatever dimensions.
struct ParzenEstimator {
  /// What a density is of. The settings are those of the best regret in `Benchmarks/tuning` on other seeds than
  /// those reported there, among the rules that Watanabe compares (*Tree-structured Parzen estimator:
  /// understanding its algorithm components and their roles for better empirical performance*, 2023).
  enum Role {
    /// Trials from the best on; better ones weigh more.
    case good
    /// The other trials, each with the same weight.
    case others

    /// Of the distance to the neighbours, as the deviation of a component.
    fileprivate var bandwidth: Double { self == .good ? 0.75 : 0.35 }

    /// ln(n + 1) − ln(rank) for good ones, with the mean 1.
    fileprivate func weights(_ count: Int) -> [Double] {
      guard self == .good else { return Array(repeating: 1, count: count) }
      let weights = (0..<count).map { place in
        Double.log(Double(count + 1)) - Double.log(Double(place + 1))
      }
      let sum = weights.reduce(0, +)
      return weights.map { $0 * Double(count) / sum }
    }
  }

  /// The weight of the component that knows nothing, where one around a point has 1 on average.
  private static let unknownWeight = 2.0

  private let dimensions: [SearchDimension]
  /// The natural logarithms of the components' weights.
  private let logWeights: [Double]
  /// What each component has in each dimension; the last component is the one that knows nothing.
  private let components: [[Kernel]]

  private enum Kernel {
    /// `logMass` is the natural logarithm of what lies between 0 and 1.
    case normal(center: Double, deviation: Double, logMass: Double)
    /// The natural logarithms of the probabilities of its own choice and of any other.
    case choice(own: Int?, logOwn: Double, logOther: Double)
  }

  init(_ dimensions: [SearchDimension], around points: [SearchPoint], _ role: Role) {
    self.dimensions = dimensions
    let weights = role.weights(points.count) + [Self.unknownWeight]
    let total = weights.reduce(0, +)
    logWeights = weights.map { Double.log($0 / total) }
    let columns = dimensions.indices.map { place in
      Self.kernels(dimensions[place].domain, around: points.map { $0[place] }, role)
    }
    components = weights.indices.map { component in columns.map { $0[component] } }
  }

  /// One dimension of all components.
  private static func kernels(
    _ domain: SearchDimension.Domain, around values: [Double?], _ role: Role
  ) -> [Kernel] {
    if case .choice(let count) = domain {
      let unknown = Kernel.choice(own: nil, logOwn: 0, logOther: -Double.log(Double(count)))
      let smoothing = unknownWeight / Double(values.count + 1)
      let logTotal = Double.log(1 + smoothing * Double(count))
      return values.map { value in
        guard let value else { return unknown }
        return .choice(
          own: Int(value), logOwn: Double.log(1 + smoothing) - logTotal,
          logOther: Double.log(smoothing) - logTotal)
      } + [unknown]
    }
    func kernel(_ center: Double, _ deviation: Double) -> Kernel {
      .normal(
        center: center, deviation: deviation,
        logMass: logMass(from: 0, to: 1, center: center, deviation: deviation))
    }
    let unknown = kernel(0.5, 1)
    let places = values.map { $0.map(domain.place) }
    let sorted = places.compactMap(\.self).sorted()
    let least = 1 / min(100, Double(sorted.count + 2))
    return places.map { place in
      guard let place else { return unknown }
      let distance = farNeighbour(of: place, among: sorted)
      return kernel(place, min(1, max(least, role.bandwidth * distance)))
    } + [unknown]
  }

  /// The larger of the distances to the next lower and the next higher place; the ends of the range count only
  /// for a place that has no other neighbours.
  private static func farNeighbour(of place: Double, among sorted: [Double]) -> Double {
    guard sorted.count > 1 else { return max(place, 1 - place) }
    // Of equal places the first, whose lower neighbour is another place.
    let own = sorted.firstIndex { $0 >= place } ?? 0
    let lower = own > 0 ? place - sorted[own - 1] : 0
    let higher = own + 1 < sorted.count ? sorted[own + 1] - place : 0
    return max(lower, higher)
  }

  /// One point of it.
  func draw(_ random: inout RandomGenerator) -> SearchPoint {
    var left = random.uniform()
    var component = 0
    while component < components.count - 1 {
      left -= Double.exp(logWeights[component])
      if left < 0 { break }
      component += 1
    }
    var point = SearchPoint()
    for (dimension, kernel) in zip(dimensions, components[component]) {
      guard dimension.isPresent(in: point) else {
        point.append(nil)
        continue
      }
      point.append(dimension.domain.value(at: Self.place(kernel, in: dimension.domain, &random)))
    }
    return point
  }

  private static func place(
    _ kernel: Kernel, in domain: SearchDimension.Domain, _ random: inout RandomGenerator
  ) -> Double {
    switch kernel {
    case .normal(let center, let deviation, _):
      // At least a third of the draws are inside, since the center is and the deviation is 1 at most.
      for _ in 0..<200 {
        let place = center + deviation * random.normal()
        if place >= 0, place <= 1 { return place }
      }
      return center
    case .choice(let own, let logOwn, let logOther):
      // What every choice has goes to each alike, the rest to its own.
      let choice = random.below(domain.count ?? 1)
      guard let own, random.uniform() < Double.exp(logOwn) - Double.exp(logOther) else {
        return domain.place(of: Double(choice))
      }
      return domain.place(of: Double(own))
    }
  }

  /// The natural logarithm of the density at a point.
  func logDensity(of point: SearchPoint) -> Double {
    var places: [(low: Double, high: Double)?] = []
    for (dimension, value) in zip(dimensions, point) {
      places.append(
        value.map { value in
          dimension.domain.stretch(of: value)
            ?? { ($0, $0) }(dimension.domain.place(of: value))
        })
    }
    let terms = components.indices.map { component -> Double in
      var sum = logWeights[component]
      for (dimension, kernel) in components[component].enumerated() {
        guard let place = places[dimension] else { continue }
        switch kernel {
        case .normal(let center, let deviation, let logMass):
          if place.low < place.high {
            sum +=
              Self.logMass(
                from: place.low, to: place.high, center: center, deviation: deviation) - logMass
          } else {
            let distance = (place.low - center) / deviation
            sum -= distance * distance / 2 + Double.log(deviation) + logMass
          }
        case .choice(let own, let logOwn, let logOther):
          sum += Int(point[dimension]!) == own ? logOwn : logOther
        }
      }
      return sum
    }
    let most = terms.max()!
    return most + Double.log(terms.reduce(0) { $0 + Double.exp($1 - most) })
  }

  /// The natural logarithm of a normal distribution's mass between two places.
  private static func logMass(
    from low: Double, to high: Double, center: Double, deviation: Double
  ) -> Double {
    let root = 0.5.squareRoot() / deviation
    let mass = 0.5 * (Double.erf((high - center) * root) - Double.erf((low - center) * root))
    return Double.log(max(mass, 1e-300))
  }
}
