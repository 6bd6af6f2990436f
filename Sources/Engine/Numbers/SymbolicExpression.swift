/// A formula as it is written, with its number: the same generic line that computes also explains.
///
/// A `SymbolicExpression` knows the symbols (`1 ÷ (1 + e^(-z))`), the symbols replaced by their numbers
/// (`1 ÷ (1 + e^(-0.49))`) and the value (`0.62`).
package struct SymbolicExpression: NumericScalar {
  /// The outermost step of a formula.
  package enum Form: Sendable {
    /// A constant of the formula.
    case constant(Double)
    /// A symbol and the number it stands for.
    case variable(String, Double)
    /// A named function or a sign before one argument.
    case unary(Function, SymbolicExpression)
    /// Two arguments with a sign between them.
    case binary(Operation, SymbolicExpression, SymbolicExpression)
    /// A sum, or a maximum or minimum, of two or more.
    case list(Repetition, Terms)
    /// `yes if a > b else no`.
    case choice(
      SymbolicExpression, SymbolicExpression, yes: SymbolicExpression, no: SymbolicExpression)
    /// Terms of a long sum that are not written out: how many, and what they come to.
    case omitted(Int, Double)
  }

  /// A step with what is asked of it again and again, so that a formula that stands in many others is
  /// neither copied nor walked through again.
  final class Step: Sendable {
    let form: Form
    let real: Double
    let size: Int
    let hash: Int

    init(_ form: Form, real: Double, size: Int, hash: Int) {
      (self.form, self.real, self.size, self.hash) = (form, real, size, hash)
    }
  }

  let step: Step

  init(step: Step) { self.step = step }

  /// The outermost step.
  package var form: Form { step.form }
  /// The number this formula gives, computed in 64 bits.
  package var real: Double { step.real }
  /// How many numbers, symbols and signs are written.
  package var size: Int { step.size }

  /// Functions of one argument.
  package enum Function: String, Sendable {
    case negate = "-"
    case exp, log = "ln", tanh, erf, sqrt = "√", abs
  }

  /// Functions of two arguments.
  package enum Operation: String, Sendable {
    case subtract = "-"
    case multiply = "·"
    case divide = "÷"
  }

  /// Functions of as many arguments as there are, whose order makes no difference to the reader.
  package enum Repetition: String, Sendable {
    case add = "+"
    case max, min
  }

  package init(_ constant: Double) { self = .constant(constant) }

  // Adding 0 and multiplying or dividing by 1 changes no number, and nothing is left of what is
  // multiplied by 0, so it is not written.
  package static func + (a: SymbolicExpression, b: SymbolicExpression) -> SymbolicExpression {
    a.isLiterally(0) ? b : b.isLiterally(0) ? a : a.joined(by: .add, b)
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
    a.joined(by: .max, b)
  }
  package static func min(_ a: SymbolicExpression, _ b: SymbolicExpression) -> SymbolicExpression {
    a.joined(by: .min, b)
  }
  package static func select(
    _ a: SymbolicExpression, greaterThan b: SymbolicExpression, _ yes: SymbolicExpression,
    else no: SymbolicExpression
  ) -> SymbolicExpression {
    // What is known beforehand, such as a mask, is no choice.
    if case .constant(let left) = a.form, case .constant(let right) = b.form {
      return left > right ? yes : no
    }
    return .choice(a, b, yes: yes, no: no)
  }
}

extension SymbolicExpression {
  private func isLiterally(_ number: Double) -> Bool {
    if case .constant(let value) = form { value == number } else { false }
  }
}
