import Engine

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
    /// Numbers that a document prints, beside the computed ones.
    case printed([PrintedNumber])
  }

  /// A formula with its symbols, with its numbers, and what it gives.
  public struct Formula: Sendable, Hashable, Encodable {
    public var name: String
    public var symbols: String
    public var numbers: String
    public var value: Double

    /// From a formula that computes and explains itself.
    public init(_ name: String, _ written: Written) {
      self.name = name
      symbols = written.symbols
      numbers = written.numbers
      value = written.real
    }
  }

  /// Rows of short texts.
  public struct Table: Sendable, Hashable, Encodable {
    public var head: [String]
    public var rows: [[String]]

    /// Every row has as many cells as the head.
    public init(_ head: [String], _ rows: [[String]]) { (self.head, self.rows) = (head, rows) }
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

  /// A printed number beside a computed one.
  public init(_ what: String, prints text: String, computed: Double) {
    (self.what, self.text, self.computed) = (what, text, computed)
  }

  /// Does the computed number round to the printed one?
  public var isRight: Bool {
    var next = 0
    let terms = try? TermReader.chain(
      [(number: 1, text: text[...])], path: "number", nextLiteral: &next)
    guard let literal = terms?.first?.literals.first else { return false }
    let noise = 1e-12 * computed.magnitude
    return (literal.value - computed).magnitude <= literal.halfUnit * (1 + 1e-9) + noise
      || literal.value == Double(Float(computed))
  }
}

/// A number as lessons write it: at most six significant digits.
func numberText(_ value: Double) -> String {
  value.isFinite ? Written(value).numbers : "\(value)"
}

/// Numbers in square brackets.
func listText(_ values: [Double]) -> String {
  "[" + values.map(numberText).joined(separator: ", ") + "]"
}

extension Lesson: Encodable {}

extension Lesson.Part: Encodable {
  private enum Key: String, CodingKey { case kind, text, formula, table, chart, numbers }

  /// An object with its `kind` and its content under a key of its own.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .text(let text):
      try fields.encode("text", forKey: .kind)
      try fields.encode(text, forKey: .text)
    case .formula(let formula):
      try fields.encode("formula", forKey: .kind)
      try fields.encode(formula, forKey: .formula)
    case .table(let table):
      try fields.encode("table", forKey: .kind)
      try fields.encode(table, forKey: .table)
    case .chart(let chart):
      try fields.encode("chart", forKey: .kind)
      try fields.encode(chart, forKey: .chart)
    case .printed(let numbers):
      try fields.encode("printed", forKey: .kind)
      try fields.encode(numbers, forKey: .numbers)
    }
  }
}

extension PrintedNumber: Encodable {
  private enum Key: String, CodingKey {
    case what, printed, computed
    case isRight = "is_right"
  }

  /// The verdict is written with the numbers.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(what, forKey: .what)
    try fields.encode(text, forKey: .printed)
    try fields.encode(computed, forKey: .computed)
    try fields.encode(isRight, forKey: .isRight)
  }
}
