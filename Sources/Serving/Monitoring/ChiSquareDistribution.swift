import Engine
import Training

/// The distribution of a sum of squares of `degrees` independent normal numbers of variance 1, whose means'
/// squares sum to `noncentrality`.
struct ChiSquareDistribution {
  var degrees: Double
  var noncentrality = 0.0

  /// The probability of more than `x`: exact in the tail, where 1 minus the other side would be rounding.
  func upperTail(_ x: Double) -> Double {
    guard x > 0 else { return 1 }
    guard noncentrality > 0 else { return Self.gamma(degrees / 2, x / 2).upper }
    return max(0, 1 - lowerTail(x))
  }

  /// The probability of at most `x`: of a Poisson number J of mean λ/2, the mean of P(χ²(k + 2J) ≤ x).
  func lowerTail(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    let (half, a, y) = (noncentrality / 2, degrees / 2, x / 2)
    guard half > 0 else { return Self.gamma(a, y).lower }
    // From the most probable J both ways, each term from its neighbour.
    let middle = half.rounded(.down)
    let most = Double.exp(
      -half + middle * Double.log(half) - GammaFunction.logarithm(middle + 1))
    let start = Self.gamma(a + middle, y).lower
    func step(_ shape: Double) -> Double {
      Double.exp(shape * Double.log(y) - y - GammaFunction.logarithm(shape + 1))
    }
    let firstStep = step(a + middle)
    var sum = most * start
    var (j, weight, probability, term) = (middle, most, start, firstStep)
    while weight > 1e-18 {
      probability = max(0, probability - term)
      j += 1
      term *= y / (a + j)
      weight *= half / j
      sum += weight * probability
    }
    (j, weight, probability, term) = (middle, most, start, firstStep)
    while j > 0, weight > 1e-18 {
      term *= (a + j) / y
      weight *= j / half
      j -= 1
      probability = min(1, probability + term)
      sum += weight * probability
    }
    return min(1, sum)
  }

  /// The x that is exceeded with a probability.
  func upperQuantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, degrees + noncentrality + 10)
    while upperTail(high) > probability { high *= 2 }
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if upperTail(middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The 95 % interval of the noncentrality of which `x` is one draw: those for which x is within the
  /// quantiles .025 and .975.
  static func noncentrality(of x: Double, degrees: Double) -> (low: Double, high: Double) {
    guard x < mostExact else {
      // √(2χ²) is all but normal there.
      let (z, centre) = (Interval.z, x - degrees + 1)
      let root = max(0, centre).squareRoot()
      return (max(0, root - z) * max(0, root - z), (root + z) * (root + z))
    }
    func end(_ probability: Double) -> Double {
      func isBelow(_ noncentrality: Double) -> Bool {
        ChiSquareDistribution(degrees: degrees, noncentrality: noncentrality).lowerTail(x)
          > probability
      }
      guard isBelow(0) else { return 0 }
      var (low, high) = (0.0, x + 10)
      while isBelow(high) { (low, high) = (high, high * 2) }
      for _ in 0..<50 {
        let middle = (low + high) / 2
        if isBelow(middle) { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    return (end(0.975), end(0.025))
  }

  private static let mostExact = 5_000.0

  // MARK: The incomplete gamma function

  /// Both sides of the incomplete gamma function, regularised: by its series below a + 1, by its continued
  /// fraction (Lentz) above.
  private static func gamma(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
    let front = Double.exp(a * Double.log(x) - x - GammaFunction.logarithm(a))
    if x < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      while term > sum * 1e-17 {
        n += 1
        term *= x / n
        sum += term
      }
      let lower = min(1, sum * front)
      return (lower, 1 - lower)
    }
    var b = x + 1 - a
    var c = 1e300
    var d = 1 / b
    var fraction = d
    for i in 1...10_000 {
      let factor = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (factor * d + b)
      c = b + factor / c
      fraction *= c * d
      if (c * d - 1).magnitude < 1e-16 { break }
    }
    let upper = min(1, front * fraction)
    return (1 - upper, upper)
  }
}
