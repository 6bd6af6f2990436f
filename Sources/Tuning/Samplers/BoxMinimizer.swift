import Engine

/// Looks for the smallest value of a smooth function between bounds: L-BFGS (Liu and Nocedal 1989) on the
/// coordinates that no bound holds, with steps that are cut off at the bounds.
struct BoxMinimizer {
  var mostEvaluations = 100
  /// Ends where the steepest free slope is below this.
  var tolerance = 1e-6
  private let memory = 8

  init(mostEvaluations: Int = 100, tolerance: Double = 1e-6) {
    (self.mostEvaluations, self.tolerance) = (mostEvaluations, tolerance)
  }

  /// - Parameters:
  ///   - start: a point between the bounds.
  ///   - function: the value and its gradient; nil where there is none, as if it were large.
  /// - Returns: the best point met and its value; nil if there is none at the start.
  func minimize(
    from start: [Double], low: [Double], high: [Double],
    _ function: ([Double]) -> (value: Double, gradient: [Double])?
  ) -> (point: [Double], value: Double)? {
    guard var now = function(start), now.value.isFinite else { return nil }
    var point = start
    var evaluations = 1
    var steps: [(step: [Double], change: [Double], product: Double)] = []
    while evaluations < mostEvaluations {
      let free = point.indices.map { place in
        !(point[place] <= low[place] && now.gradient[place] > 0)
          && !(point[place] >= high[place] && now.gradient[place] < 0)
      }
      let slope = point.indices.reduce(0) { free[$1] ? max($0, now.gradient[$1].magnitude) : $0 }
      guard slope > tolerance else { break }
      var direction = Self.direction(now.gradient, free: free, steps)
      var descent = Self.dot(direction, now.gradient)
      if !(descent < 0) {
        steps = []
        direction = point.indices.map { free[$0] ? -now.gradient[$0] : 0 }
        descent = Self.dot(direction, now.gradient)
      }
      // Without a memory of the curvature the first step is a small one.
      var length = steps.isEmpty ? min(1, 0.1 / slope) : 1
      var moved = false
      while evaluations < mostEvaluations, length > 1e-10 {
        let next = point.indices.map {
          min(high[$0], max(low[$0], point[$0] + length * direction[$0]))
        }
        evaluations += 1
        let step = zip(next, point).map { $0 - $1 }
        if let there = function(next), there.value.isFinite,
          there.value <= now.value + 1e-4 * Self.dot(step, now.gradient)
        {
          let change = zip(there.gradient, now.gradient).map { $0 - $1 }
          let product = Self.dot(step, change)
          if product > 1e-12 * Self.dot(change, change) {
            steps.append((step, change, product))
            if steps.count > memory { steps.removeFirst() }
          }
          moved = there.value < now.value
          (point, now) = (next, there)
          break
        }
        length *= 0.4
      }
      guard moved else { break }
    }
    return (point, now.value)
  }

  /// Down, by the two loops over the last steps.
  private static func direction(
    _ gradient: [Double], free: [Bool],
    _ steps: [(step: [Double], change: [Double], product: Double)]
  ) -> [Double] {
    var direction = gradient.indices.map { free[$0] ? -gradient[$0] : 0 }
    var factors: [Double] = []
    for (step, change, product) in steps.reversed() {
      let factor = dot(step, direction) / product
      factors.append(factor)
      for place in direction.indices { direction[place] -= factor * change[place] }
    }
    if let (_, change, product) = steps.last {
      let scale = product / dot(change, change)
      for place in direction.indices { direction[place] *= scale }
    }
    for ((step, change, product), factor) in zip(steps, factors.reversed()) {
      let back = factor - dot(change, direction) / product
      for place in direction.indices { direction[place] += back * step[place] }
    }
    for place in direction.indices where !free[place] { direction[place] = 0 }
    return direction
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for place in a.indices { sum += a[place] * b[place] }
    return sum
  }
}
