import Engine

/// Where a point is for a Gaussian process. The square of the distance in a dimension is (Δplace)², plus 1 if
/// the categories differ.
struct ProcessPlace: Sendable, Hashable {
  /// Of a number, from 0 to 1; the middle where the dimension is absent; 0 for a choice.
  var place: Double
  /// The choice; −1 where the dimension is absent, 0 for any number. So an absent number lies on an axis of its
  /// own, and all distances are those of a Euclidean space.
  var category: Int

  init(_ value: Double?, in domain: SearchDimension.Domain) {
    if case .choice = domain {
      (place, category) = (0, value.map { Int($0) } ?? -1)
    } else {
      (place, category) = (value.map(domain.place) ?? 0.5, value == nil ? -1 : 0)
    }
  }

  @inline(__always)
  static func squaredDistance(_ a: ProcessPlace, _ b: ProcessPlace) -> Double {
    let difference = a.place - b.place
    return difference * difference + (a.category == b.category ? 0 : 1)
  }
}

/// A Gaussian process of mean 0 with Matérn's kernel of smoothness 5/2,
/// k = σ² (1 + √5 r + 5/3 r²) e^(−√5 r) with r² = Σ wᵢ dᵢ², and independent noise.
struct GaussianProcess {
  struct Parameters: Sendable, Hashable {
    /// wᵢ = 1 ÷ lengthᵢ², one for each dimension.
    var weights: [Double]
    /// σ², of the function.
    var scale: Double
    /// The variance of what is added to it.
    var noise: Double
  }

  let parameters: Parameters
  let places: [[ProcessPlace]]
  private let values: [Double]
  private let factor: CholeskyFactor
  private let solved: [Double]

  /// - Parameters:
  ///   - places: of the points, for each dimension.
  ///   - values: what was seen there.
  /// - Returns: nil if points are so near each other that rounding makes the kernel singular.
  init?(_ parameters: Parameters, at places: [[ProcessPlace]], values: [Double]) {
    let count = places.count
    var kernel = Array(repeating: 0.0, count: count * count)
    for a in 0..<count {
      for b in 0...a {
        let distance = Self.squaredDistance(places[a], places[b], parameters.weights)
        kernel[a * count + b] = parameters.scale * Self.matern(distance).value
      }
      kernel[a * count + a] += parameters.noise
    }
    guard let factor = CholeskyFactor(kernel, size: count) else { return nil }
    (self.parameters, self.places, self.values) = (parameters, places, values)
    self.factor = factor
    solved = factor.solved(fromWhitened: factor.whitened(values))
  }

  /// What is known of the function at a point, without noise.
  struct Posterior {
    var mean: Double
    var variance: Double
    /// By the places of the point's dimensions; empty if they were not asked for.
    var meanGradient: [Double] = []
    var varianceGradient: [Double] = []
  }

  func posterior(at point: [ProcessPlace], withGradient: Bool = false) -> Posterior {
    var kernel = Array(repeating: 0.0, count: places.count)
    var slopes = kernel
    for (row, other) in places.enumerated() {
      let (value, slope) = Self.matern(Self.squaredDistance(point, other, parameters.weights))
      kernel[row] = parameters.scale * value
      slopes[row] = parameters.scale * slope
    }
    var mean = 0.0
    for row in kernel.indices { mean += kernel[row] * solved[row] }
    let whitened = factor.whitened(kernel)
    let explained = whitened.reduce(0) { $0 + $1 * $1 }
    let variance = max(1e-12, parameters.scale - explained)
    guard withGradient else { return Posterior(mean: mean, variance: variance) }
    let weighted = factor.solved(fromWhitened: whitened)
    var meanGradient = Array(repeating: 0.0, count: point.count)
    var varianceGradient = meanGradient
    for (row, other) in places.enumerated() {
      for dimension in point.indices {
        let change =
          slopes[row] * 2 * parameters.weights[dimension]
          * (point[dimension].place - other[dimension].place)
        meanGradient[dimension] += solved[row] * change
        varianceGradient[dimension] -= 2 * weighted[row] * change
      }
    }
    return Posterior(
      mean: mean, variance: variance, meanGradient: meanGradient,
      varianceGradient: varianceGradient)
  }

  /// The same after points gave just what is expected of them: nothing more is known of the mean, but less is
  /// left to find near them. So trials that run at the same time keep apart.
  func believing(_ points: [[ProcessPlace]]) -> GaussianProcess {
    guard !points.isEmpty else { return self }
    return GaussianProcess(
      parameters, at: places + points, values: values + points.map { posterior(at: $0).mean })
      ?? self
  }

  private static func squaredDistance(
    _ a: [ProcessPlace], _ b: [ProcessPlace], _ weights: [Double]
  ) -> Double {
    var sum = 0.0
    for place in weights.indices {
      sum += weights[place] * ProcessPlace.squaredDistance(a[place], b[place])
    }
    return sum
  }

  /// The kernel for σ² = 1 and its derivative by r².
  static func matern(_ squaredDistance: Double) -> (value: Double, slope: Double) {
    let root = (5 * squaredDistance).squareRoot()
    let fall = Double.exp(-root)
    return ((1 + root + 5 / 3 * squaredDistance) * fall, -5 / 6 * (1 + root) * fall)
  }
}
