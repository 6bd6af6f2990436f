import Engine

/// How probable parameters of a Gaussian process are after what was seen.
struct ProcessLikelihood {
  private let dimensions: Int
  private let count: Int
  private let values: [Double]
  /// Squared distances of all pairs, row by row below the diagonal; one array for each dimension.
  private let distances: [[Double]]

  init(_ places: [[ProcessPlace]], values: [Double], dimensions: Int) {
    (count, self.values, self.dimensions) = (places.count, values, dimensions)
    distances = (0..<dimensions).map { dimension in
      var pairs: [Double] = []
      pairs.reserveCapacity(places.count * places.count / 2)
      for a in places.indices {
        for b in 0..<a {
          pairs.append(ProcessPlace.squaredDistance(places[a][dimension], places[b][dimension]))
        }
      }
      return pairs
    }
  }

  /// The most probable parameters that searches from some starts find.
  func bestParameters(_ random: inout RandomGenerator) -> GaussianProcess.Parameters {
    let weights = dimensions
    func bounds(_ weight: Double, _ scale: Double, _ noise: Double) -> [Double] {
      Array(repeating: Double.log(weight), count: weights) + [Double.log(scale), Double.log(noise)]
    }
    let (low, high) = (bounds(1e-4, 1e-3, 1e-6), bounds(1e4, 1e3, 1))
    // The more trials there are, the dearer is a step and the less depends on the start.
    let (starts, steps) = count <= 120 ? (3, 60) : (1, count <= 200 ? 60 : 30)
    let search = BoxMinimizer(mostEvaluations: steps, tolerance: 1e-3)
    var best: (point: [Double], value: Double)?
    for start in 0..<starts {
      var from = bounds(1, 1, 1e-3)
      if start > 0 {
        for place in 0..<weights { from[place] = 2.2 * random.normal() }
        from[weights + 1] = Double.log(1e-6) + random.uniform() * Double.log(1e5)
      }
      from = from.indices.map { min(high[$0], max(low[$0], from[$0])) }
      let found = search.minimize(from: from, low: low, high: high, cost)
      if let found, best == nil || found.value < best!.value { best = found }
    }
    let point = best?.point ?? bounds(1, 1, 0.1)
    return GaussianProcess.Parameters(
      weights: point[..<weights].map(Double.exp), scale: Double.exp(point[weights]),
      noise: Double.exp(point[weights + 1]))
  }

  /// −ln of the probability of parameters, up to a constant, and its gradient; by the logarithms of weights,
  /// scale and noise. Nil where the kernel is singular.
  func cost(_ logarithms: [Double]) -> (value: Double, gradient: [Double])? {
    let weights = logarithms[..<dimensions].map(Double.exp)
    let (scale, noise) = (
      Double.exp(logarithms[dimensions]), Double.exp(logarithms[dimensions + 1])
    )
    var kernel = Array(repeating: 0.0, count: count * count)
    var squares = Array(repeating: 0.0, count: count * (count - 1) / 2)
    var slopes = squares
    for (weight, pairs) in zip(weights, distances) {
      for pair in pairs.indices { squares[pair] += weight * pairs[pair] }
    }
    var pair = 0
    for a in 0..<count {
      for b in 0..<a {
        let (value, slope) = GaussianProcess.matern(squares[pair])
        kernel[a * count + b] = scale * value
        slopes[pair] = scale * slope
        pair += 1
      }
      kernel[a * count + a] = scale + noise
    }
    guard let factor = CholeskyFactor(kernel, size: count) else { return nil }
    let whitened = factor.whitened(values)
    let solved = factor.solved(fromWhitened: whitened)
    var value = factor.logDeterminant / 2
    for term in whitened { value += term * term / 2 }
    // ∂/∂θ = ½ Σ (K⁻¹ − K⁻¹y yᵀK⁻¹) ∂K/∂θ, each pair counted twice.
    var gradient = Array(repeating: 0.0, count: dimensions + 2)
    var trace = 0.0
    pair = 0
    for a in 0..<count {
      for b in 0..<a {
        let sensitivity = factor.inverseElement(a, b) - solved[a] * solved[b]
        gradient[dimensions] += sensitivity * kernel[a * count + b]
        slopes[pair] *= sensitivity
        pair += 1
      }
      trace += factor.inverseElement(a, a) - solved[a] * solved[a]
    }
    gradient[dimensions] += trace * scale / 2
    gradient[dimensions + 1] = trace * noise / 2
    for (dimension, pairs) in distances.enumerated() {
      var sum = 0.0
      for pair in pairs.indices { sum += slopes[pair] * pairs[pair] }
      gradient[dimension] = weights[dimension] * sum
    }
    addPriors(weights, scale: scale, noise: noise, &value, &gradient)
    return (value, gradient)
  }

  /// What is likely before anything was seen of values with deviation 1: lengths near those of the space, a
  /// scale of Γ(2, 1), a noise of Γ(1.1, 30), as in Optuna's sampler.
  private func addPriors(
    _ weights: [Double], scale: Double, noise: Double, _ value: inout Double,
    _ gradient: inout [Double]
  ) {
    for (dimension, weight) in weights.enumerated() {
      value += 0.1 / weight + weight
      gradient[dimension] += weight - 0.1 / weight
    }
    value += scale - Double.log(scale)
    gradient[dimensions] += scale - 1
    value += 30 * noise - 0.1 * Double.log(noise)
    gradient[dimensions + 1] += 30 * noise - 0.1
  }
}
