import Engine

/// Student's t distribution of any positive number of degrees of freedom.
package struct StudentDistribution {
  let degrees: Double

  package init(degrees: Double) { self.degrees = degrees }

  /// The 0.975 quantile: 95 % lie between it and its opposite. Right within 0.05 % from 2 degrees of
  /// freedom, within 10⁻⁶ from 4.
  ///
  /// G. W. Hill, *Algorithm 396: Student's t-quantiles*, Communications of the ACM 13 (1970).
  var upperQuantile: Double {
    let ν = degrees
    let a = 1 / (ν - 0.5)
    let b = 48 / (a * a)
    var c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    let d = ((94.5 / (b + c) - 3) / b + 1) * (a * .pi / 2).squareRoot() * ν
    var y = Double.exp(Double.log(d * 0.05) * 2 / ν)
    if y > 0.05 + a {
      let x = -Interval.z
      y = x * x
      if ν < 5 { c += 0.3 * (ν - 4.5) * (x + 0.6) }
      c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
      y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
      y = Double.exp(a * y * y) - 1
    } else {
      let rest = 1 / (((ν + 6) / (ν * y) - 0.089 * d - 0.822) * (ν + 2) * 3) + 0.5 / (ν + 4)
      y = (rest * y - 1) * (ν + 1) / (ν + 2) + 1 / y
    }
    return (ν * y).squareRoot()
  }

  /// The probability of at most t.
  ///
  /// By the regularised incomplete beta function, whose continued fraction is that of the Digital Library of
  /// Mathematical Functions, 8.17.22.
  package func cumulative(_ t: Double) -> Double {
    guard t.isFinite else { return t > 0 ? 1 : t < 0 ? 0 : .nan }
    let square = t * t
    let x = degrees / (degrees + square)
    // The fraction converges fast below the mean of the beta distribution.
    let (a, b) = (degrees / 2, 0.5)
    let outside =
      x < (a + 1) / (a + b + 2)
      ? Self.beta(x, a, b) : 1 - Self.beta(square / (degrees + square), b, a)
    return t > 0 ? 1 - outside / 2 : outside / 2
  }

  private static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    let front = Double.exp(
      a * Double.log(x) + b * Double.log(1 - x) + GammaFunction.logarithm(a + b)
        - GammaFunction.logarithm(a) - GammaFunction.logarithm(b))
    // Lentz's way from the front of the fraction to its end.
    let tiny = 1e-300
    var (c, d) = (1.0, 1 - (a + b) * x / (a + 1))
    d = 1 / (d.magnitude < tiny ? tiny : d)
    var fraction = d
    for m in 1...10_000 {
      let k = Double(m)
      for term in [
        k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
        -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1)),
      ] {
        d = 1 + term * d
        c = 1 + term / c
        d = 1 / (d.magnitude < tiny ? tiny : d)
        if c.magnitude < tiny { c = tiny }
        fraction *= c * d
      }
      if (c * d - 1).magnitude < 1e-15 { break }
    }
    return front * fraction / a
  }
}
