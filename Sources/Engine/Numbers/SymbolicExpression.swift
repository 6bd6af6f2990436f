/// A formula as it is written, with its number: the same generic line that computes also explains.
///
/// A `SymbolicExpression` knows the symbols (`1 ÷ (1 + e^(-z))`), the symbols replaced by their numbers
/// (`1 ÷ (1 + e^(-0.49))`) and the value (`0.62`).
package indirect enum SymbolicExpression: NumericScalar, Hashable {
  /// A constant of the formula.
  case constant(Double)
  /// A symbol and the number it stands for.
  case variable(String, Double)
  /// A named function or a sign before one argument.
  case unary(Function, SymbolicExpression)
  /// Two arguments with a sign between them, or `max(a, b)`.
  case binary(Operation, SymbolicExpression, SymbolicExpression)
  /// `yes if a > b else no`.
  case choice(
    SymbolicExpression, SymbolicExpression, yes: SymbolicExpression, no: SymbolicExpression)
  /// Terms of a long sum that are not written out: how many, and what they come to.
  case omitted(Int, Double)

  /// Functions of one argument.
  package enum Function: String, Sendable {
    case negate = "-"
    case exp, log = "ln", tanh, erf, sqrt = "√", abs
  }

  /// Functions of two arguments.
  package enum Operation: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "·"
    case divide = "÷"
    case max, min
  }

  package init(_ constant: Double) { self = .constant(constant) }

  // Adding 0 and multiplying or dividing by 1 changes no number, and nothing is left of what is
  // multiplied by 0, so it is not written.
  package static func + (a: SymbolicExpression, b: SymbolicExpression) -> SymbolicExpression {
    a.isLiterally(0) ? b : b.isLiterally(0) ? a : .binary(.add, a, b)
  }
  package static func - (a: SymbolicExpression, b: SymbolicExpression) -> SymbolicExpression {
    b.isLiterally(0) ? a : .binary(.subtract, a, b)
  }
  package static func * (a: SymbolicExpression, b: SymbolicExpression) -> SymbolicExpression {
    if a.isLiterally(1) { return b }
    if b.isLiterally(1) { return a }
    if a.isLiterally(0) && b.real.isFinite || b.isLiterally(0) && a.real.isFinite { return 0 }
    return .binary(.multiply, a, b)
  }
  package static func / (a: SymbolicExpression, b: SymbolicExpression) -> SymbolicExpression {
    b.isLiterally(1) ? a : .binary(.divide, a, b)
  }
  package static prefix func - (a: SymbolicExpression) -> SymbolicExpression { .unary(.negate, a) }
  package static func exp(_ x: SymbolicExpression) -> SymbolicExpression { .unary(.exp, x) }
  package static func log(_ x: SymbolicExpression) -> SymbolicExpression { .unary(.log, x) }
  package static func tanh(_ x: SymbolicExpression) -> SymbolicExpression { .unary(.tanh, x) }
  package static func erf(_ x: SymbolicExpression) -> SymbolicExpression { .unary(.erf, x) }
  package static func sqrt(_ x: SymbolicExpression) -> SymbolicExpression { .unary(.sqrt, x) }
  package static func abs(_ x: SymbolicExpression) -> SymbolicExpression { .unary(.abs, x) }
  package static func max(_ a: SymbolicExpression, _ b: SymbolicExpression) -> SymbolicExpression {
    .binary(.max, a, b)
  }
  package static func min(_ a: SymbolicExpression, _ b: SymbolicExpression) -> SymbolicExpression {
    .binary(.min, a, b)
  }
  package static func select(
    _ a: SymbolicExpression, greaterThan b: SymbolicExpression, _ yes: SymbolicExpression,
    else no: SymbolicExpression
  ) -> SymbolicExpression {
    // What is known beforehand, such as a mask, is no choice.
    if case .constant(let left) = a, case .constant(let right) = b {
      return left > right ? yes : no
    }
    return .choice(a, b, yes: yes, no: no)
  }
}

extension SymbolicExpression {
  /// The number this formula gives, computed in Double.
  package var real: Double {
    switch self {
    case .constant(let value), .variable(_, let value), .omitted(_, let value): value
    case .unary(let function, let x): Self.apply(function, x.real)
    case .binary(let operation, let a, let b): Self.apply(operation, a.real, b.real)
    case .choice(let a, let b, let yes, let no): a.real > b.real ? yes.real : no.real
    }
  }

  private static func apply(_ function: Function, _ x: Double) -> Double {
    switch function {
    case .negate: -x
    case .exp: .exp(x)
    case .log: .log(x)
    case .tanh: .tanh(x)
    case .erf: .erf(x)
    case .sqrt: .sqrt(x)
    case .abs: .abs(x)
    }
  }

  private static func apply(_ operation: Operation, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .max: .max(a, b)
    case .min: .min(a, b)
    }
  }

  private func isLiterally(_ number: Double) -> Bool { self == .constant(number) }
}
