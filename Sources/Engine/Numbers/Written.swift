/// A formula as it is written, with its number: the same generic line that computes also explains.
///
/// A `Written` knows the symbols (`1 ÷ (1 + e^(-z))`), the symbols replaced by their numbers
/// (`1 ÷ (1 + e^(-0.49))`) and the value (`0.62`).
public indirect enum Written: Number {
  /// A constant of the formula.
  case constant(Double)
  /// A symbol and the number it stands for.
  case variable(String, Double)
  /// A named function or a sign before one argument.
  case unary(Function, Written)
  /// Two arguments with a sign between them, or `max(a, b)`.
  case binary(Operation, Written, Written)
  /// `yes if a > b else no`.
  case choice(Written, Written, yes: Written, no: Written)

  /// Functions of one argument.
  public enum Function: String, Sendable {
    case negate = "-"
    case exp, log = "ln", tanh, erf, sqrt = "√", abs
  }

  /// Functions of two arguments.
  public enum Operation: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "·"
    case divide = "÷"
    case max, min
  }

  public init(_ constant: Double) { self = .constant(constant) }

  public static func + (a: Written, b: Written) -> Written { .binary(.add, a, b) }
  public static func - (a: Written, b: Written) -> Written { .binary(.subtract, a, b) }
  public static func * (a: Written, b: Written) -> Written { .binary(.multiply, a, b) }
  public static func / (a: Written, b: Written) -> Written { .binary(.divide, a, b) }
  public static prefix func - (a: Written) -> Written { .unary(.negate, a) }
  public static func exp(_ x: Written) -> Written { .unary(.exp, x) }
  public static func log(_ x: Written) -> Written { .unary(.log, x) }
  public static func tanh(_ x: Written) -> Written { .unary(.tanh, x) }
  public static func erf(_ x: Written) -> Written { .unary(.erf, x) }
  public static func sqrt(_ x: Written) -> Written { .unary(.sqrt, x) }
  public static func abs(_ x: Written) -> Written { .unary(.abs, x) }
  public static func max(_ a: Written, _ b: Written) -> Written { .binary(.max, a, b) }
  public static func min(_ a: Written, _ b: Written) -> Written { .binary(.min, a, b) }
  public static func select(
    _ a: Written, greaterThan b: Written, _ yes: Written, else no: Written
  ) -> Written {
    .choice(a, b, yes: yes, no: no)
  }
}

extension Written {
  /// The number this formula gives, computed in Double.
  public var real: Double {
    switch self {
    case .constant(let value), .variable(_, let value): value
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

  /// The formula with its symbols.
  public var symbols: String { text { name, _ in name } }

  /// The formula with every symbol replaced by its number.
  public var numbers: String { text { _, value in Self.number(value) } }

  private func text(_ variable: (String, Double) -> String) -> String {
    switch self {
    case .constant(let value): Self.number(value)
    case .variable(let name, let value): variable(name, value)
    case .unary(.negate, let x): "-" + x.enclosed(above: 2, variable)
    case .unary(.exp, let x): "e^" + x.enclosed(above: 4, variable)
    case .unary(let function, let x): "\(function.rawValue)(\(x.text(variable)))"
    case .binary(.max, let a, let b): "max(\(a.text(variable)), \(b.text(variable)))"
    case .binary(.min, let a, let b): "min(\(a.text(variable)), \(b.text(variable)))"
    case .binary(let operation, let a, let b):
      a.enclosed(above: precedence - 1, variable) + " \(operation.rawValue) "
        + b.enclosed(above: rightNeeds, variable)
    case .choice(let a, let b, let yes, let no):
      "(\(yes.text(variable)) if \(a.text(variable)) > \(b.text(variable))"
        + " else \(no.text(variable)))"
    }
  }

  /// The text, in brackets unless it binds more strongly than the place needs.
  private func enclosed(above level: Int, _ variable: (String, Double) -> String) -> String {
    let text = text(variable)
    return binding(of: text) > level ? text : "(\(text))"
  }

  /// A negative number that stands in for a symbol binds like a sum, so `2 · -3` gets its brackets.
  private func binding(of text: String) -> Int {
    switch self {
    case .constant, .variable: text.hasPrefix("-") ? 1 : 5
    default: precedence
    }
  }

  private var precedence: Int {
    switch self {
    case .binary(.add, _, _), .binary(.subtract, _, _): 1
    case .unary(.negate, _): 1
    case .binary(.multiply, _, _), .binary(.divide, _, _): 2
    default: 5
    }
  }

  /// What the right side must bind more strongly than: `a - (b + c)` and `a ÷ (b · c)` need brackets.
  private var rightNeeds: Int {
    if case .binary(.subtract, _, _) = self { return 1 }
    if case .binary(.divide, _, _) = self { return 2 }
    return precedence - 1
  }

  /// A number as short as it can be: whole numbers without a point, else six significant digits.
  static func number(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return "\(Int64(value))" }
    guard value.isFinite, value != 0 else { return "\(value)" }
    var power = 1.0
    var scaled = value.magnitude
    while scaled >= 1e6, power > 1e-300 { (scaled, power) = (scaled / 10, power / 10) }
    while scaled < 1e5, power < 1e300 { (scaled, power) = (scaled * 10, power * 10) }
    return "\((value * power).rounded() / power)"
  }
}
