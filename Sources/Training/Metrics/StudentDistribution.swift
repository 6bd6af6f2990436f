import Engine

/// Student's t distribution of any positive number of degrees of freedom.
struct StudentDistribution {
  let degrees: Double

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
}
