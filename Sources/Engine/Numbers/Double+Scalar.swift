import Platform

extension Double: NumericScalar {
  public var real: Double { self }

  public static func exp(_ x: Double) -> Double { _exp(x) }
  public static func log(_ x: Double) -> Double { _log(x) }
  public static func tanh(_ x: Double) -> Double { _tanh(x) }
  public static func erf(_ x: Double) -> Double { _erf(x) }
  public static func sqrt(_ x: Double) -> Double { x.squareRoot() }
  public static func abs(_ x: Double) -> Double { x.magnitude }
  public static func max(_ a: Double, _ b: Double) -> Double { (a >= b || a != a) ? a : b }
  public static func min(_ a: Double, _ b: Double) -> Double { (a <= b || a != a) ? a : b }
  public static func select(
    _ a: Double, greaterThan b: Double, _ yes: Double, else no: Double
  ) -> Double {
    a > b ? yes : no
  }
}

// The C library's functions under names that the static members above do not shadow.
private func _exp(_ x: Double) -> Double { exp(x) }
private func _log(_ x: Double) -> Double { log(x) }
private func _tanh(_ x: Double) -> Double { tanh(x) }
private func _erf(_ x: Double) -> Double { erf(x) }
package func cosine(_ x: Double) -> Double { cos(x) }
