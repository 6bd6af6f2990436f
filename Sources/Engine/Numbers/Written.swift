/// A formula as it is written, with its number: the same generic line that computes also explains.
///
/// A `Written` knows the symbols (`1 ÷ (1 + e^(-z))`), the symbols replaced by their numbers
/// (`1 ÷ (1 + e^(-0.49))`) and the value (`0.62`).
public indirect enum Written: Number, Hashable {
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
  /// Terms of a long sum that are not written out: how many, and what they come to.
  case omitted(Int, Double)

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

  // Adding 0 and multiplying or dividing by 1 changes no number, so it is not written.
  public static func + (a: Written, b: Written) -> Written {
    a.isLiterally(0) ? b : b.isLiterally(0) ? a : .binary(.add, a, b)
  }
  public static func - (a: Written, b: Written) -> Written {
    b.isLiterally(0) ? a : .binary(.subtract, a, b)
  }
  public static func * (a: Written, b: Written) -> Written {
    a.isLiterally(1) ? b : b.isLiterally(1) ? a : .binary(.multiply, a, b)
  }
  public static func / (a: Written, b: Written) -> Written {
    b.isLiterally(1) ? a : .binary(.divide, a, b)
  }
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
    case .constant(let value), .variable(_, let value), .omitted(_, let value): value
    case .unary(let function, let x): Self.apply(function, x.real)
    case .binary(let operation, let a, let b): Self.apply(operation, a.real, b.real)
    case .choice(let a, let b, let yes, let no): a.real > b.real ? yes.real : no.real
    }
  }

  private static let ownResultPrefix = "result "

  /// A symbol that stands for the formula's number until ``namingOwnResults(_:)`` gives it another.
  public static func ownResult(_ cell: @autoclosure () -> Int, _ value: Written) -> Written {
    .variable("\(ownResultPrefix)\(cell())", value.real)
  }

  /// The formula with the symbols of those cells of the same result that it goes on from.
  package func namingOwnResults(_ symbol: (Int) -> String) -> Written {
    var names: [Written: Written] = [:]
    for (name, value) in variables where name.hasPrefix(Self.ownResultPrefix) {
      guard let cell = Int(name.dropFirst(Self.ownResultPrefix.count)) else { continue }
      names[.variable(name, value)] = .variable(symbol(cell), value)
    }
    return names.isEmpty ? self : replacing(names)
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
