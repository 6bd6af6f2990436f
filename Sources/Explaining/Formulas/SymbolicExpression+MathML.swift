import Engine
import Formatting

extension SymbolicExpression {
  /// The formula as presentation MathML, with symbols or with their numbers.
  func mathML(numbers: Bool = false) -> String {
    switch form {
    case .constant(let value): Self.mathMLNumber(value, Self.constantText(value))
    case .variable(let name, let value):
      Self.mark(name, numbers ? Self.mathMLNumber(value) : Self.mathMLSymbol(name))
    case .omitted(let count, let total):
      "<mtext>… \(count) more\(numbers ? ": " + Self.number(total) : "") …</mtext>"
    case .unary(.negate, let x): "<mrow><mo>−</mo>\(x.mathMLEnclosed(above: 2, numbers))</mrow>"
    case .unary(.exp, let x): "<msup><mi>e</mi>\(x.mathML(numbers: numbers))</msup>"
    case .unary(.sqrt, let x): "<msqrt>\(x.mathML(numbers: numbers))</msqrt>"
    case .unary(.abs, let x):
      "<mrow><mo>|</mo>\(x.mathML(numbers: numbers))<mo>|</mo></mrow>"
    case .unary(let function, let x):
      "<mrow><mi>\(function.rawValue)</mi>\(Self.open)\(x.mathML(numbers: numbers))\(Self.close)</mrow>"
    case .list(.add, let terms):
      "<mrow>\(Self.sum(terms.all, numbers: numbers) { [$0.mathML(numbers: numbers)] }.joined())</mrow>"
    case .list(let repetition, let terms): Self.mathMLList(repetition, terms.all, numbers)
    case .binary(.divide, let a, let b):
      "<mfrac>\(a.mathML(numbers: numbers))\(b.mathML(numbers: numbers))</mfrac>"
    case .binary(.multiply, let a, let b) where a == b:
      "<msup>\(a.mathMLEnclosed(above: 4, numbers))<mn>2</mn></msup>"
    case .binary(let operation, let a, let b):
      "<mrow>\(a.mathMLEnclosed(above: precedence - 1, numbers))"
        + "<mo>\(operation == .subtract ? "−" : operation.rawValue)</mo>"
        + "\(b.mathMLEnclosed(above: rightNeeds, numbers))</mrow>"
    case .choice(let a, let b, let yes, let no):
      "<mrow><mo>{</mo><mtable><mtr><mtd>\(yes.mathML(numbers: numbers))</mtd>"
        + "<mtd><mtext>if </mtext>\(a.mathML(numbers: numbers))<mo>&gt;</mo>"
        + "\(b.mathML(numbers: numbers))</mtd></mtr>"
        + "<mtr><mtd>\(no.mathML(numbers: numbers))</mtd><mtd><mtext>else</mtext></mtd></mtr>"
        + "</mtable></mrow>"
    }
  }

  // Brackets of one size, whatever stands between them.
  private static let open = "<mo stretchy=\"false\">(</mo>"
  private static let close = "<mo stretchy=\"false\">)</mo>"

  /// A term with the sign before it: in several parts if it is too long for a line.
  private func signed(numbers: Bool, _ parts: (SymbolicExpression) -> [String]) -> [String] {
    switch form {
    case .variable(let name, let value) where numbers && value < 0:
      return [Self.sign("−") + Self.mark(name, Self.mathMLNumber(-value))]
    case .constant(let value) where value < 0:
      return [Self.sign("−") + Self.mathMLNumber(-value)]
    default:
      var parts = parts(self)
      parts[0] = Self.sign("+") + parts[0]
      return parts
    }
  }

  static func sum(
    _ terms: [SymbolicExpression], numbers: Bool, _ parts: (SymbolicExpression) -> [String]
  ) -> [String] {
    parts(terms[0]) + terms.dropFirst().flatMap { $0.signed(numbers: numbers, parts) }
  }

  static func sign(_ sign: String) -> String { "<mo form=\"infix\">\(sign)</mo>" }

  private static func mathMLList(
    _ repetition: Repetition, _ arguments: [SymbolicExpression], _ numbers: Bool
  ) -> String {
    let (first, left, last) = shortened(arguments)
    var texts = first.map { $0.mathML(numbers: numbers) }
    if left > 0 { texts.append("<mtext>… \(left) more …</mtext>") }
    texts.append(last.mathML(numbers: numbers))
    return "<mrow><mi>\(repetition.rawValue)</mi>\(Self.open)"
      + texts.joined(separator: "<mo>,</mo>") + "\(Self.close)</mrow>"
  }

  func mathMLEnclosed(above level: Int, _ numbers: Bool) -> String {
    let inner = mathML(numbers: numbers)
    return bindsMoreThan(level, numbers)
      ? inner : "<mrow>\(Self.open)\(inner)\(Self.close)</mrow>"
  }

  /// A fraction needs no brackets where it is drawn with a bar; a negative number binds like a sum.
  func bindsMoreThan(_ level: Int, _ numbers: Bool) -> Bool {
    switch form {
    case .constant(let value): value < 0 ? 1 > level : true
    case .variable(let name, let value):
      numbers ? !(value < 0) || 1 > level : !name.hasPrefix("∂") || level < 4
    case .omitted: true
    case .binary(.divide, _, _): level < 4
    default: precedence > level
    }
  }

  /// What stands for a symbol, so that a page can light up where else it stands.
  static func mark(_ symbol: String, _ content: String) -> String {
    "<mrow data-symbol=\"\(symbol.escaped)\">\(content)</mrow>"
  }

  /// A symbol that is named, marked with its name.
  static func markedSymbol(_ name: String) -> String { mark(name, mathMLSymbol(name)) }

  static func mathMLNumber(_ value: Double) -> String { mathMLNumber(value, number(value)) }

  private static func mathMLNumber(_ value: Double, _ text: String) -> String {
    guard !text.hasPrefix("-") else {
      return "<mrow><mo>−</mo>\(mathMLNumber(-value, String(text.dropFirst())))</mrow>"
    }
    guard let (digits, power) = tenPower(text) else { return "<mn>\(text)</mn>" }
    return "<mrow><mn>\(digits)</mn><mo>·</mo><msup><mn>10</mn>"
      + "<mn>\(power.hasPrefix("-") ? "−" + power.dropFirst() : power)</mn></msup></mrow>"
  }

  /// The two parts of `9.4e-06`.
  static func tenPower(_ text: String) -> (digits: String, power: String)? {
    guard let mark = text.firstIndex(of: "e"), let power = Int(text[text.index(after: mark)...])
    else { return nil }
    return (String(text[..<mark]), "\(power)")
  }

  static func mathMLSymbol(_ name: String) -> String {
    if let (above, below) = Symbol.sides(of: name) {
      return "<mfrac><mrow><mo>∂</mo>\(mathMLSymbol(above))</mrow>"
        + "<mrow><mo>∂</mo>\(mathMLSymbol(below))</mrow></mfrac>"
    }
    let symbol = Symbol(parsing: name)
    let parts = symbol.base.split(separator: "(").map(String.init)
    guard let last = parts.last else { return "<mi>?</mi>" }
    let inner = mathMLLetters(last, symbol)
    guard parts.count > 1 else { return inner }
    return
      "<mrow>\(mathMLLetters(parts[0], Symbol("")))\(Self.open)\(inner)\(Self.close)</mrow>"
  }

  private static func mathMLLetters(_ base: String, _ symbol: Symbol) -> String {
    let primes = base.filter { $0 == "′" }
    let letters = "<mi>\(String(base.filter { $0 != "′" }).escaped)</mi>"
    let below = symbol.places.map { "<mn>\($0)</mn>" }.joined(separator: "<mo>,</mo>")
    var above = primes.isEmpty ? "" : "<mo>\(primes)</mo>"
    if let layer = symbol.layer {
      above += "\(Self.open)<mn>\(layer)</mn>\(Self.close)"
    }
    switch (below.isEmpty, above.isEmpty) {
    case (true, true): return letters
    case (false, true): return "<msub>\(letters)<mrow>\(below)</mrow></msub>"
    case (true, false): return "<msup>\(letters)<mrow>\(above)</mrow></msup>"
    case (false, false):
      return "<msubsup>\(letters)<mrow>\(below)</mrow><mrow>\(above)</mrow></msubsup>"
    }
  }
}
