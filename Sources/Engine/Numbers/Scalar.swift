/// What a formula may use. One generic function over a `Scalar` is at once the reference
/// (`Double`), the exact derivative check (`Dual`), the text on the page (`SymbolicExpression`) and the fast
/// code (`ElementwiseKernel`).
public protocol Scalar: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, Sendable
where FloatLiteralType == Double, IntegerLiteralType == Int64 {
  /// A constant of the formula that is not a literal, such as a setting of the op.
  init(_ constant: Double)

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self

  /// eˣ.
  static func exp(_ x: Self) -> Self
  /// Natural logarithm.
  static func log(_ x: Self) -> Self
  /// Hyperbolic tangent.
  static func tanh(_ x: Self) -> Self
  /// The error function 2/√π ∫₀ˣ e^(−t²) dt.
  static func erf(_ x: Self) -> Self
  /// Square root.
  static func sqrt(_ x: Self) -> Self
  /// Absolute value.
  static func abs(_ x: Self) -> Self
  /// The larger; not a number if either is not.
  static func max(_ a: Self, _ b: Self) -> Self
  /// The smaller; not a number if either is not.
  static func min(_ a: Self, _ b: Self) -> Self
  /// `a > b ? yes : no`.
  static func select(_ a: Self, greaterThan b: Self, _ yes: Self, else no: Self) -> Self
}

extension Scalar {
  /// An integer literal of a formula.
  public init(integerLiteral value: Int64) { self.init(Double(value)) }
  /// A literal of a formula.
  public init(floatLiteral value: Double) { self.init(value) }
}

/// A quantity that has a number now, so that a definition may use it as a class index.
public protocol NumericScalar: Scalar {
  /// The number, without derivative or text.
  var real: Double { get }
  /// The same number as one that depends on nothing: where a definition says that its derivative stops.
  static func detached(_ value: Self) -> Self
}

extension NumericScalar {
  /// Numbers without derivative depend on nothing.
  public static func detached(_ value: Self) -> Self { value }
}
