import Engine

/// Looks for the point of the largest expected improvement.
struct ImprovementSearch {
  let process: GaussianProcess
  /// The smallest value until now.
  let best: Double
  let dimensions: [SearchDimension]
  /// Whose places have slopes.
  private let isReal: [Bool]
  private static let candidates = 512
  private static let nearCandidates = 64

  init(process: GaussianProcess, best: Double, dimensions: [SearchDimension]) {
    (self.process, self.best, self.dimensions) = (process, best, dimensions)
    isReal = dimensions.map {
      if case .real(let low, let high, _) = $0.domain { low < high } else { false }
    }
  }

  /// −ln of the expected improvement at places from 0 to 1, and its derivatives by them.
  func cost(_ places: [Double], withGradient: Bool) -> (value: Double, gradient: [Double]) {
    var point = dimensions.places(of: dimensions.point(at: places))
    // Without the way to the value and back, whose rounding would disturb small steps.
    for place in point.indices where isReal[place] && point[place].category == 0 {
      point[place].place = places[place]
    }
    let posterior = process.posterior(at: point, withGradient: withGradient)
    let deviation = posterior.variance.squareRoot()
    let z = (best - posterior.mean) / deviation
    let (logarithm, slope) = NormalDistribution.logExpectedImprovement(z)
    let gradient = posterior.meanGradient.indices.map { place -> Double in
      guard isReal[place], point[place].category == 0 else { return 0 }
      let deviationSlope = posterior.varianceGradient[place] / (2 * deviation)
      let zSlope = -(posterior.meanGradient[place] + z * deviationSlope) / deviation
      return -(deviationSlope / deviation + slope * zSlope)
    }
    return (-Double.log(deviation) - logarithm, gradient)
  }

  /// From the best of many points of a Sobol sequence, and from near the best trial.
  func best(
    near incumbent: SearchPoint, _ random: inout RandomGenerator
  ) -> SearchPoint {
    let sequence = SobolSequence(dimensions: dimensions.count, scrambledBy: &random)
    var starts: [(places: [Double], cost: Double)] = []
    for number in 0..<Self.candidates {
      var places = sequence.point(number)
      while places.count < dimensions.count { places.append(random.uniform()) }
      starts.append((places, cost(places, withGradient: false).value))
    }
    let center = zip(dimensions, incumbent).map { dimension, value in
      value.map(dimension.domain.place) ?? 0.5
    }
    for number in 0..<Self.nearCandidates {
      let width = number % 2 == 0 ? 0.05 : 0.005
      let places = center.indices.map { place -> Double in
        guard isReal[place] || random.uniform() < 0.3 else { return center[place] }
        return isReal[place]
          ? min(1, max(0, center[place] + width * random.normal())) : random.uniform()
      }
      starts.append((places, cost(places, withGradient: false).value))
    }
    let order = starts.indices.sorted { (starts[$0].cost, $0) < (starts[$1].cost, $1) }
    let chosen = order.prefix(4) + order.filter { $0 >= Self.candidates }.prefix(2)
    var best = starts[order[0]]
    for start in chosen {
      let found = improved(starts[start])
      if found.cost < best.cost { best = found }
    }
    return dimensions.point(at: best.places)
  }

  /// Downhill in the real numbers, then through the values of the others, one after the other.
  private func improved(_ start: (places: [Double], cost: Double)) -> (
    places: [Double], cost: Double
  ) {
    var now = start
    let zeros = Array(repeating: 0.0, count: dimensions.count)
    let ones = Array(repeating: 1.0, count: dimensions.count)
    for _ in 0..<3 {
      let before = now.cost
      if isReal.contains(true) {
        let found = BoxMinimizer(mostEvaluations: 60, tolerance: 1e-5).minimize(
          from: now.places, low: zeros, high: ones
        ) { cost($0, withGradient: true) }
        if let found, found.value < now.cost { now = (found.point, found.value) }
      }
      let hasOthers = tryOthers(&now)
      if !hasOthers || now.cost > before - 1e-3 { break }
    }
    return now
  }

  /// - Returns: whether there are dimensions without slopes.
  private func tryOthers(_ now: inout (places: [Double], cost: Double)) -> Bool {
    var any = false
    for (place, dimension) in dimensions.enumerated() where !isReal[place] {
      any = true
      let value = dimension.domain.value(at: now.places[place])
      let others: [Double] =
        if case .choice(let count) = dimension.domain {
          count <= 20 ? (0..<count).map(Double.init) : []
        } else {
          [-8, -2, -1, 1, 2, 8].map { value + $0 }
        }
      for other in others where other != value {
        var places = now.places
        places[place] = dimension.domain.place(of: other)
        let cost = cost(places, withGradient: false).value
        if cost < now.cost { now = (places, cost) }
      }
    }
    return any
  }
}
