extension SymbolicExpression {
  /// The terms of a sum or the arguments of a maximum. One more is added without the others being
  /// copied, so that a sum of any length is built in the time of its terms.
  package struct Terms: Sendable {
    private var blocks: [[SymbolicExpression]] = []
    private var last: [SymbolicExpression] = []
    private static let blockSize = 64

    /// In order.
    package var all: [SymbolicExpression] { blocks.isEmpty ? last : blocks.flatMap { $0 } + last }
    package var count: Int { blocks.count * Self.blockSize + last.count }

    init(_ terms: [SymbolicExpression]) { for term in terms { append(term) } }

    mutating func append(_ term: SymbolicExpression) {
      if last.count == Self.blockSize {
        blocks.append(last)
        last = []
      }
      last.append(term)
    }
  }

  // MARK: Making

  package static func constant(_ value: Double) -> SymbolicExpression {
    made(.constant(value), value, "constant", [])
  }

  package static func variable(_ symbol: String, _ value: Double) -> SymbolicExpression {
    made(.variable(symbol, value), value, symbol, [])
  }

  package static func omitted(_ count: Int, _ total: Double) -> SymbolicExpression {
    made(.omitted(count, total), total, "omitted", [])
  }

  package static func unary(_ function: Function, _ x: SymbolicExpression) -> SymbolicExpression {
    made(.unary(function, x), apply(function, x.real), function.rawValue, [x])
  }

  package static func binary(
    _ operation: Operation, _ a: SymbolicExpression, _ b: SymbolicExpression
  ) -> SymbolicExpression {
    made(.binary(operation, a, b), apply(operation, a.real, b.real), operation.rawValue, [a, b])
  }

  package static func choice(
    _ a: SymbolicExpression, _ b: SymbolicExpression, yes: SymbolicExpression,
    no: SymbolicExpression
  ) -> SymbolicExpression {
    made(
      .choice(a, b, yes: yes, no: no), a.real > b.real ? yes.real : no.real, "choice",
      [a, b, yes, no])
  }

  /// At least one argument.
  package static func list(
    _ repetition: Repetition, _ arguments: [SymbolicExpression]
  ) -> SymbolicExpression {
    arguments.dropFirst().reduce(arguments[0]) { $0.joined(by: repetition, $1) }
  }

  private static func made(
    _ form: Form, _ real: Double, _ name: String, _ parts: [SymbolicExpression]
  ) -> SymbolicExpression {
    var hasher = Hasher()
    // Not as text, which would be brought to a normal form first.
    var name = name
    name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    hasher.combine(real)
    var size = 1
    for part in parts {
      hasher.combine(part.step.hash)
      size += part.size
    }
    return SymbolicExpression(
      step: Step(form, real: real, size: size, hash: hasher.finalize()))
  }

  /// A list of what both are lists of, or of both.
  func joined(by repetition: Repetition, _ other: SymbolicExpression) -> SymbolicExpression {
    var terms: Terms
    var hash: Int
    if case .list(repetition, let own) = form {
      (terms, hash) = (own, step.hash)
    } else {
      (terms, hash) = (Terms([self]), Self.mixed(repetition.rawValue.utf8.count, step.hash))
    }
    var added = [other]
    if case .list(repetition, let own) = other.form { added = own.all }
    for term in added {
      terms.append(term)
      hash = Self.mixed(hash, term.step.hash)
    }
    return SymbolicExpression(
      step: Step(
        .list(repetition, terms), real: Self.apply(repetition, real, other.real),
        size: size + 1 + other.size, hash: hash))
  }

  private static func mixed(_ a: Int, _ b: Int) -> Int { (a << 5 | a >> 59 & 31) &* 31 &+ b }

  // MARK: Values

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
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    }
  }

  private static func apply(_ repetition: Repetition, _ a: Double, _ b: Double) -> Double {
    switch repetition {
    case .add: a + b
    case .max: .max(a, b)
    case .min: .min(a, b)
    }
  }
}

extension SymbolicExpression: Hashable {
  package static func == (a: SymbolicExpression, b: SymbolicExpression) -> Bool {
    if a.step === b.step { return true }
    guard a.step.hash == b.step.hash, a.size == b.size else { return false }
    switch (a.form, b.form) {
    case (.constant(let x), .constant(let y)): return x == y
    case (.variable(let name, let x), .variable(let other, let y)): return name == other && x == y
    case (.omitted(let count, let x), .omitted(let other, let y)): return count == other && x == y
    case (.unary(let function, let x), .unary(let other, let y)):
      return function == other && x == y
    case (.binary(let operation, let x, let y), .binary(let other, let z, let w)):
      return operation == other && x == z && y == w
    case (.list(let repetition, let x), .list(let other, let y)):
      return repetition == other && x.all == y.all
    case (.choice, .choice): return a.children == b.children
    default: return false
    }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(step.hash) }
}
