/// A value and its derivative along one direction, carried together: exact differentiation of any
/// formula (forward mode; Clifford 1873, Wengert 1964). Used to check the derivatives written by hand.
public struct Dual: NumericScalar, Equatable {
  /// The value.
  public var real: Double
  /// The derivative of the value with respect to the one chosen variable.
  public var derivative: Double

  /// A value with a given derivative; 1 for the variable itself, 0 for a constant.
  public init(_ real: Double, derivative: Double) {
    self.real = real
    self.derivative = derivative
  }

  public init(_ constant: Double) { self.init(constant, derivative: 0) }

  public static func + (a: Dual, b: Dual) -> Dual {
    Dual(a.real + b.real, derivative: a.derivative + b.derivative)
  }
  public static func - (a: Dual, b: Dual) -> Dual {
    Dual(a.real - b.real, derivative: a.derivative - b.derivative)
  }
  public static func * (a: Dual, b: Dual) -> Dual {
    Dual(a.real * b.real, derivative: a.derivative * b.real + a.real * b.derivative)
  }
  public static func / (a: Dual, b: Dual) -> Dual {
    let quotient = a.real / b.real
    return Dual(quotient, derivative: (a.derivative - quotient * b.derivative) / b.real)
  }
  public static prefix func - (a: Dual) -> Dual { Dual(-a.real, derivative: -a.derivative) }

  public static func exp(_ x: Dual) -> Dual {
    let value = Double.exp(x.real)
    return Dual(value, derivative: value * x.derivative)
  }
  public static func log(_ x: Dual) -> Dual {
    Dual(.log(x.real), derivative: x.derivative / x.real)
  }
  public static func tanh(_ x: Dual) -> Dual {
    // 1 - tanh² loses its digits where tanh is near 1; 1/cosh² does not.
    let halfSum = (Double.exp(x.real) + Double.exp(-x.real)) / 2
    return Dual(.tanh(x.real), derivative: x.derivative / (halfSum * halfSum))
  }
  public static func erf(_ x: Dual) -> Dual {
    let slope = 2 / Double.pi.squareRoot() * Double.exp(-x.real * x.real)
    return Dual(.erf(x.real), derivative: slope * x.derivative)
  }
  public static func sqrt(_ x: Dual) -> Dual {
    let root = x.real.squareRoot()
    return Dual(root, derivative: x.derivative / (2 * root))
  }
  public static func abs(_ x: Dual) -> Dual { x.real < 0 ? -x : x }
  public static func max(_ a: Dual, _ b: Dual) -> Dual {
    (a.real >= b.real || a.real != a.real) ? a : b
  }
  public static func min(_ a: Dual, _ b: Dual) -> Dual {
    (a.real <= b.real || a.real != a.real) ? a : b
  }
  public static func select(
    _ a: Dual, greaterThan b: Dual, _ yes: Dual, else no: Dual
  ) -> Dual {
    a.real > b.real ? yes : no
  }
}
