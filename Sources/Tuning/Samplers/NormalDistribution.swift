import Engine

/// The normal distribution of mean 0 and deviation 1.
enum NormalDistribution {
  /// The natural logarithm of h(z) = φ(z) + z Φ(z), and its derivative Φ(z) ÷ h(z): the improvement that is
  /// expected of a normal number of mean z and deviation 1 above 0, without underflow however small z is
  /// (Ament et al., *Unexpected improvements to expected improvement*, NeurIPS 2023).
  static func logExpectedImprovement(_ z: Double) -> (value: Double, derivative: Double) {
    let root = (2 * Double.pi).squareRoot()
    guard z < -1 else {
      let cumulative = 0.5 * (1 + Double.erf(z * 0.5.squareRoot()))
      let sum = Double.exp(-z * z / 2) / root + z * cumulative
      return (Double.log(sum), cumulative / sum)
    }
    // Both over e^(−z²÷2); the difference is 1 ÷ z² of its terms, so that far out its series is better.
    let cumulative = scaledUpperTail(-z * 0.5.squareRoot()) / 2
    let sum = z > -1e4 ? 1 / root + z * cumulative : 1 / (root * z * z)
    return (-z * z / 2 + Double.log(sum), cumulative / sum)
  }

  /// e^(x²) (1 − erf x) for x above ½: from 2½ on by its continued fraction.
  static func scaledUpperTail(_ x: Double) -> Double {
    guard x > 2.5 else { return Double.exp(x * x) * (1 - Double.erf(x)) }
    var fraction = x
    for place in stride(from: 60, to: 0, by: -1) { fraction = x + Double(place) / 2 / fraction }
    return 1 / (Double.pi.squareRoot() * fraction)
  }
}
