import Engine
import Networks

extension Trace {
  /// The trace as one JSON object: every number in full, every formula as text with symbols, as text
  /// with numbers, and as a tree to compute it again from.
  /// - Throws: nothing a user can cause.
  public func json(pretty: Bool = false) throws -> String {
    try JSONText.encode(self, pretty: pretty)
  }
}

extension Trace.Line {
  private enum Key: String, CodingKey {
    case symbol, value, meaning, formula, numbers, tree, parts, chain, factors
    case chainTree = "chain_tree"
  }

  /// An object whose `formula`, `numbers` and `chain` are text and whose `tree` is the formula.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(symbol, forKey: .symbol)
    try fields.encode(value, forKey: .value)
    try fields.encodeIfPresent(meaning, forKey: .meaning)
    try fields.encodeIfPresent(formula?.symbols, forKey: .formula)
    try fields.encodeIfPresent(formula?.numbers, forKey: .numbers)
    try fields.encodeIfPresent(formula, forKey: .tree)
    if !parts.isEmpty { try fields.encode(parts, forKey: .parts) }
    try fields.encodeIfPresent(chain?.symbols, forKey: .chain)
    try fields.encodeIfPresent(chain, forKey: .chainTree)
    if !factors.isEmpty { try fields.encode(factors, forKey: .factors) }
  }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      symbol: try fields.decode(String.self, forKey: .symbol),
      value: try fields.decode(Float.self, forKey: .value),
      formula: try fields.decodeIfPresent(SymbolicExpression.self, forKey: .tree),
      parts: try fields.decodeIfPresent([Trace.Part].self, forKey: .parts) ?? [],
      chain: try fields.decodeIfPresent(SymbolicExpression.self, forKey: .chainTree),
      factors: try fields.decodeIfPresent([Trace.Part].self, forKey: .factors) ?? [],
      meaning: try fields.decodeIfPresent(String.self, forKey: .meaning))
  }
}
