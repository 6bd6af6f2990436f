import Datasets

/// Which number stands for which text: what becomes of categories and words in programs that compare texts as
/// they are.
struct ExportedTexts {
  /// Each text once.
  let known: [(text: String, code: Int)]
  /// What any other text becomes.
  let unknown: Int

  private init(_ texts: [(text: String, code: Int)], gaps: [String], missing: Int, unknown: Int) {
    var seen: Set<String> = []
    let all = texts + ([""] + gaps.flatMap(Self.cases)).map { (text: $0, code: missing) }
    known = all.filter { seen.insert($0.text).inserted }
    self.unknown = unknown
  }

  /// The inputs of a column's categories, by their places; one that no input has turns none on.
  init(
    _ column: EncodedColumn, vocabulary: [String], hasOther: Bool, hasIndicator: Bool
  ) {
    let width = column.width
    let spellings = vocabulary.enumerated().flatMap { place, text in
      (column.areTruths ? Self.cases(of: text) : [text]).map { (text: $0, code: place) }
    }
    self.init(
      spellings, gaps: column.gaps, missing: hasIndicator ? width - 1 : width,
      unknown: hasOther ? vocabulary.count : width)
  }

  /// The tokens of a sequence's words.
  init(_ words: [String], of sequence: SequenceEncoding) {
    self.init(
      words.enumerated().map { (text: $1, code: $0 + SequenceEncoding.firstWord) },
      gaps: sequence.splitting == nil ? TableOptions.usualGaps : [], missing: 0,
      unknown: SequenceEncoding.firstWord - 1)
  }

  /// As it stands, in small letters, in capitals, and with one capital.
  private static func cases(of text: String) -> [String] {
    let first = text.prefix(1).uppercased() + text.dropFirst().lowercased()
    return [text, text.lowercased(), text.uppercased(), first]
  }
}
