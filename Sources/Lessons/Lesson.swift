public import Charts
package import Engine
import Formatting

/// One idea, shown with numbers that are computed when the lesson is made.
public struct Lesson: Sendable, Hashable {
  /// What it is called on the command line: `one-neuron`.
  public var name: String
  public var title: String
  /// What there is to see, in a sentence or two.
  public var idea: String
  public var steps: [Step]

  /// A lesson of some steps.
  public init(_ name: String, title: String, idea: String, steps: [Step]) {
    (self.name, self.title, self.idea, self.steps) = (name, title, idea, steps)
  }

  /// A step: a heading and what stands under it.
  public struct Step: Sendable, Hashable, Encodable {
    public var title: String
    public var parts: [Part]

    /// A step of some parts.
    public init(_ title: String, _ parts: Part...) { (self.title, self.parts) = (title, parts) }
  }

  /// What a step is made of.
  public enum Part: Sendable, Hashable {
    case text(String)
    case formula(Formula)
    case table(Table)
    case chart(LineChart)
    /// A drawing that says in words what it shows.
    case figure(Figure)
    /// Numbers that a document prints, beside the computed ones.
    case printed([PrintedNumber])
    /// Something to find out, with an answer to type.
    case question(Question)
  }

  /// A formula with its symbols, with its numbers, and what it gives.
  public struct Formula: Sendable, Hashable {
    public var name: String
    /// Computes and explains itself.
    package var written: SymbolicExpression
    /// Are its numbers others than the lesson was made with?
    package var isChanged = false

    /// A name for what a formula gives.
    package init(_ name: String, _ written: SymbolicExpression) {
      (self.name, self.written) = (name, written)
    }

    public var symbols: String { written.symbols }
    public var numbers: String { written.numbers }
    public var value: Double { written.real }
  }

  /// Rows of short texts.
  public struct Table: Sendable, Hashable, Encodable {
    public var head: [String]
    public var rows: [[String]]

    /// Every row has as many cells as the head.
    public init(_ head: [String], _ rows: [[String]]) { (self.head, self.rows) = (head, rows) }
  }
}

extension Lesson {
  /// A row of a table: numbers as lessons write them, with a word before them.
  static func row(_ name: String, _ numbers: [Double]) -> [String] {
    [name] + numbers.map { numberText($0) }
  }

  /// The same for numbers that nobody computes by hand: what a training came to.
  static func row(_ name: String, measured numbers: [Double]) -> [String] {
    [name] + numbers.map(measured)
  }

  /// What a training came to: to four digits, large numbers whole.
  static func measured(_ number: Double) -> String {
    (1e4..<1e7).contains(number.magnitude)
      ? numberText(number.rounded()) : numberText(number, digits: 4)
  }
}

/// A number that a document prints, with the one that is computed here.
public struct PrintedNumber: Sendable, Hashable {
  /// What the number is.
  public var what: String
  /// As the document prints it.
  public var text: String
  /// As it is computed here.
  public var computed: Double
  /// Does it follow, in the document, from a number that is wrong already?
  public var isInheriting: Bool

  /// A printed number beside a computed one.
  public init(
    _ what: String, prints text: String, computed: Double, isInheriting: Bool = false
  ) {
    (self.what, self.text, self.computed) = (what, text, computed)
    self.isInheriting = isInheriting
  }

  /// Right if the computed number is the printed one, rounded if it rounds to it.
  public var verdict: Verdict {
    var next = 0
    let terms = try? TermReader.chain(
      [(number: 1, text: text[...])], path: "number", nextLiteral: &next)
    guard let literal = terms?.first?.literals.first else { return .wrong }
    let distance = (literal.value - computed).magnitude
    let noise = 1e-12 * computed.magnitude
    if distance <= noise { return .right }
    let isRounded = distance <= literal.halfUnit * (1 + 1e-9) + noise
    if isRounded || literal.value == Double(Float(computed)) { return .rounded }
    return isInheriting ? .inherited : .wrong
  }

  /// The computed number, with as many digits as are printed, and as a percentage where that is.
  public var computedText: String {
    let isPercentage = text.last == "%"
    let printed = text.drop { $0 == "-" || $0 == "0" || $0 == "." }
    let digits = printed.prefix { $0 != "e" }.count { $0.isNumber }
    let value = isPercentage ? 100 * computed : computed
    return numberText(value, digits: max(6, digits)) + (isPercentage ? "%" : "")
  }
}

extension Lesson: Encodable {}

extension Lesson.Part: Encodable {
  private enum Key: String, CodingKey {
    case kind, text, formula, table, chart, figure, numbers, question
  }

  /// An object with its `kind` and its content under a key of its own.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    func put(_ kind: String, _ key: Key, _ content: some Encodable) throws {
      try fields.encode(kind, forKey: .kind)
      try fields.encode(content, forKey: key)
    }
    switch self {
    case .text(let text): try put("text", .text, text)
    case .formula(let formula): try put("formula", .formula, formula)
    case .table(let table): try put("table", .table, table)
    case .chart(let chart): try put("chart", .chart, chart)
    case .figure(let figure):
      try put("figure", .figure, figure.title)
      try fields.encode(figure.description, forKey: .text)
    case .printed(let numbers): try put("printed", .numbers, numbers)
    case .question(let question): try put("question", .question, question)
    }
  }
}

extension Lesson.Formula: Encodable {
  private enum Key: String, CodingKey { case name, symbols, numbers, value }

  /// Its texts and its number.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(name, forKey: .name)
    try fields.encode(symbols, forKey: .symbols)
    try fields.encode(numbers, forKey: .numbers)
    try fields.encode(value, forKey: .value)
  }
}

extension PrintedNumber: Encodable {
  private enum Key: String, CodingKey {
    case what, printed, computed, verdict
  }

  /// The verdict is written with the numbers.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(what, forKey: .what)
    try fields.encode(text, forKey: .printed)
    try fields.encode(computed, forKey: .computed)
    try fields.encode(verdict, forKey: .verdict)
  }
}
