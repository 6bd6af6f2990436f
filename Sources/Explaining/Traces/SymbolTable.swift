import Engine

/// The letters of a learning cycle. Each has one meaning, and the legend says which.
struct SymbolTable {
  private(set) var legend: [Trace.Legend] = []
  private var meanings: [String: String] = [:]

  /// The first of some letters that means nothing else yet.
  ///
  /// - Parameter meaning: in a few words, for the legend.
  mutating func letter(_ letters: [String], _ meaning: String) -> String {
    if let known = letters.first(where: { meanings[$0] == meaning }) { return known }
    let numbered = (2...).lazy.map { letters[letters.count - 1] + "\($0)" }
    let letter =
      letters.first { meanings[$0] == nil } ?? numbered.first {
        meanings[$0] ?? meaning == meaning
      }!
    if meanings[letter] == nil {
      meanings[letter] = meaning
      legend.append(Trace.Legend(symbol: letter, meaning: meaning))
    }
    return letter
  }

  /// The same for what is kept about other symbols, `m(w)`; its base is `m(w`.
  mutating func letter(about kept: String, _ meaning: String) -> String {
    String(letter([kept + "(…)", kept + kept + "(…)"], meaning).dropLast(3))
  }
}

extension Trace {
  /// What the letters of a trace mean.
  package struct Legend: Codable, Sendable, Hashable {
    /// Letters without layer and place: `w`, `m(…)`.
    package var symbol: String
    package var meaning: String
  }
}

extension AnnotatedCycle {
  static let parameterMeanings = [
    "w": "weight", "b": "bias", "u": "weight of a hidden state of the step before",
    "α": "slope below 0", "γ": "factor after normalising", "β": "shift after normalising",
    "E": "table of the tokens' rows", "μ": "running mean", "ν": "running variance",
  ]

  /// What the result of an op inside a layer is called, by the op.
  static func word(for op: any Op) -> String {
    let name = type(of: op).name
    let words = [
      "add": "sum", "subtract": "difference", "multiply": "product", "divide": "quotient",
      "square root": "root", "max": "largest", "batched matrix product": "dot",
      "matrix product": "dot", "log-sum-exp": "lse", "absolute value": "size",
    ]
    return words[name] ?? String(name.prefix { $0.isLetter })
  }
}
