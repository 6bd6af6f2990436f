extension SymbolicExpression: Codable {
  private enum Key: String, CodingKey { case symbol, value, omitted, total, operation, arguments }

  private static let negation = "negate"
  private static let choice = "if greater"

  /// A number for a constant; `{"symbol": "w₁", "value": 0.5}`; `{"omitted": 780, "total": 0.34}`;
  /// `{"operation": "+", "arguments": […]}`, where sums, `max` and `min` have all their arguments in
  /// one list, `-` with one argument is `negate` and
  /// `if greater` has four: a, b, the result if a > b, the result else.
  package func encode(to encoder: any Encoder) throws {
    if case .constant(let value) = form {
      var container = encoder.singleValueContainer()
      return try container.encode(value)
    }
    var fields = encoder.container(keyedBy: Key.self)
    switch form {
    case .constant: break
    case .variable(let symbol, let value):
      try fields.encode(symbol, forKey: .symbol)
      try Self.encode(value, to: &fields, .value)
    case .omitted(let count, let total):
      try fields.encode(count, forKey: .omitted)
      try fields.encode(total, forKey: .total)
    default:
      try fields.encode(operationName, forKey: .operation)
      try fields.encode(children, forKey: .arguments)
    }
  }

  /// A number that fits in 32 bits is written as short as 32 bits need.
  private static func encode(
    _ value: Double, to fields: inout KeyedEncodingContainer<Key>, _ key: Key
  ) throws {
    if Double(Float(value)) == value || value.isNaN {
      try fields.encode(Float(value), forKey: key)
    } else {
      try fields.encode(value, forKey: key)
    }
  }

  private var operationName: String {
    switch form {
    case .unary(.negate, _): Self.negation
    case .unary(let function, _): function.rawValue
    case .binary(let operation, _, _): operation.rawValue
    case .list(let repetition, _): repetition.rawValue
    default: Self.choice
    }
  }

  /// Reads what ``encode(to:)`` writes.
  package init(from decoder: any Decoder) throws {
    if let number = try? decoder.singleValueContainer().decode(Double.self) {
      self = .constant(number)
      return
    }
    let fields = try decoder.container(keyedBy: Key.self)
    if let symbol = try fields.decodeIfPresent(String.self, forKey: .symbol) {
      let exact = try fields.decode(Double.self, forKey: .value)
      let short = try fields.decode(Float.self, forKey: .value)
      self = .variable(symbol, "\(short)" == "\(exact)" ? Double(short) : exact)
    } else if let count = try fields.decodeIfPresent(Int.self, forKey: .omitted) {
      self = .omitted(count, try fields.decode(Double.self, forKey: .total))
    } else {
      let name = try fields.decode(String.self, forKey: .operation)
      let arguments = try fields.decode([SymbolicExpression].self, forKey: .arguments)
      guard let formula = Self.formula(name, arguments) else {
        throw Problem.data(
          "formula", expected: "a known operation with its arguments",
          found: "'\(name)' with \(arguments.count)")
      }
      self = formula
    }
  }

  private static func formula(_ name: String, _ arguments: [SymbolicExpression])
    -> SymbolicExpression?
  {
    if arguments.count >= 2, let repetition = Repetition(rawValue: name) {
      return .list(repetition, arguments)
    }
    switch arguments.count {
    case 1:
      let function = name == negation ? Function.negate : Function(rawValue: name)
      return function.map { .unary($0, arguments[0]) }
    case 2:
      return Operation(rawValue: name).map { .binary($0, arguments[0], arguments[1]) }
    case 4 where name == choice:
      return .choice(arguments[0], arguments[1], yes: arguments[2], no: arguments[3])
    default: return nil
    }
  }
}
