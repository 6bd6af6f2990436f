import Engine

/// Euler's gamma function.
package enum GammaFunction {
  /// ln Γ(x) for x > 0, by Stirling's series from 15 on.
  package static func logarithm(_ x: Double) -> Double {
    var (x, product) = (x, 1.0)
    while x < 15 {
      product *= x
      x += 1
    }
    let square = 1 / (x * x)
    let series =
      (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / x
    return (x - 0.5) * Double.log(x) - x + 0.5 * Double.log(2 * Double.pi) + series
      - Double.log(product)
  }
}
