#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// All numbers a value may be when the numbers it is made from were rounded for printing.
struct Span: Equatable {
  var low: Double
  var high: Double

  /// Widened by what 32-bit arithmetic may add.
  init(_ a: Double, _ b: Double) {
    let noise = 0x1p-22 * max(abs(a), abs(b))
    (low, high) = (min(a, b) - noise, max(a, b) + noise)
  }

  /// A printed number stands for all that round to it at six significant digits.
  init(printed value: Double) {
    let unit = value == 0 ? 0 : pow(10, floor(log10(abs(value))) - 5)
    self.init(value - unit / 2, value + unit / 2)
  }

  static func of(_ values: [Double]) -> Span { Span(values.min()!, values.max()!) }

  func combined(_ other: Span, _ operation: (Double, Double) -> Double) -> Span {
    .of([
      operation(low, other.low), operation(low, other.high), operation(high, other.low),
      operation(high, other.high),
    ])
  }

  /// Of a function that only rises or only falls.
  func mapped(_ function: (Double) -> Double) -> Span { Span(function(low), function(high)) }
}

/// A formula as a trace prints it with its numbers, computed by a reader who knows nothing but the
/// text: ordinary signs, `e^x`, `x²`, functions with brackets, `(a if b > c else d)`, and sums that
/// name what they leave out, `[780 more: 0.34]`.
struct PrintedFormula {
  struct Unreadable: Error { var text: String }
  /// A list that is not printed in full.
  struct Shortened: Error {}

  private var rest: Substring

  static func value(_ text: String) throws -> Span {
    var reader = PrintedFormula(rest: text[...])
    let value = try reader.sum()
    guard reader.rest.isEmpty else { throw Unreadable(text: text) }
    return value
  }

  private mutating func take(_ text: String) -> Bool {
    guard rest.hasPrefix(text) else { return false }
    rest.removeFirst(text.count)
    return true
  }

  private mutating func expect(_ text: String) throws {
    guard take(text) else { throw Unreadable(text: String(rest.prefix(40))) }
  }

  private mutating func sum() throws -> Span {
    var value = try product()
    while true {
      if take(" + ") {
        value = try value.combined(product(), +)
      } else if take(" - ") {
        value = try value.combined(product(), -)
      } else {
        return value
      }
    }
  }

  private mutating func product() throws -> Span {
    var value = try signed()
    while true {
      if take(" · ") {
        value = try value.combined(signed(), *)
      } else if take(" ÷ ") {
        value = try value.combined(signed(), /)
      } else {
        return value
      }
    }
  }

  private mutating func signed() throws -> Span {
    if take("-") { return try signed().mapped { -$0 } }
    let value = try atom()
    guard take("²") else { return value }
    let ends = value.combined(value, *)
    return value.low < 0 && value.high > 0 ? Span(0, ends.high) : ends
  }

  private mutating func atom() throws -> Span {
    if take("e^") { return try atomAfterPower().mapped(exp) }
    if take("[") {
      guard let colon = rest.firstRange(of: "more: ") else { throw Unreadable(text: "[") }
      rest = rest[colon.upperBound...]
      let value = try signed()
      try expect("]")
      return value
    }
    if take("(") { return try inBrackets() }
    for (name, function) in Self.functions where take(name + "(") {
      let value = try sum()
      try expect(")")
      return value.mapped(function)
    }
    if take("abs(") {
      let value = try sum()
      try expect(")")
      let ends = Span(abs(value.low), abs(value.high))
      return value.low < 0 && value.high > 0 ? Span(0, ends.high) : ends
    }
    if take("max(") { return try list(max) }
    if take("min(") { return try list(min) }
    return try number()
  }

  private mutating func atomAfterPower() throws -> Span {
    if take("-") { return try atom().mapped { -$0 } }
    return try atom()
  }

  private static let functions: [(String, @Sendable (Double) -> Double)] = [
    ("ln", { log($0) }), ("tanh", { tanh($0) }), ("erf", { erf($0) }),
    ("√", { max($0, 0).squareRoot() }),
    ("sqrt", { max($0, 0).squareRoot() }),
  ]

  private mutating func list(_ operation: (Double, Double) -> Double) throws -> Span {
    var value = try sum()
    while take(", ") {
      if rest.hasPrefix("…") { throw Shortened() }
      let next = try sum()
      value = Span(operation(value.low, next.low), operation(value.high, next.high))
    }
    try expect(")")
    return value
  }

  private mutating func inBrackets() throws -> Span {
    let first = try sum()
    if take(")") { return first }
    try expect(" if ")
    let a = try sum()
    try expect(" > ")
    let b = try sum()
    try expect(" else ")
    let second = try sum()
    try expect(")")
    if a.low > b.high { return first }
    if a.high < b.low { return second }
    return .of([first.low, first.high, second.low, second.high])
  }

  private mutating func number() throws -> Span {
    var end = rest.startIndex
    while end < rest.endIndex, rest[end].isASCII, rest[end].isNumber || rest[end] == "." {
      end = rest.index(after: end)
    }
    if end < rest.endIndex, rest[end] == "e" {
      var next = rest.index(after: end)
      if next < rest.endIndex, "+-".contains(rest[next]) { next = rest.index(after: next) }
      while next < rest.endIndex, rest[next].isNumber { next = rest.index(after: next) }
      end = next
    }
    guard let value = Double(rest[..<end]) else { throw Unreadable(text: String(rest.prefix(40))) }
    rest = rest[end...]
    return Span(printed: value)
  }
}
