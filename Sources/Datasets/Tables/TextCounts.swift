/// How often texts stand somewhere, in the order in which each was first seen. What is counted in parts, one
/// after another, can be put together.
package struct TextCounts: Sendable {
  /// One of the texts.
  package struct Entry: Codable, Sendable, Equatable {
    package let text: String
    package fileprivate(set) var count: Int
  }

  /// The first different ones.
  package private(set) var entries: [Entry] = []
  /// Whether there were more different texts than are kept; those beyond are not counted, nor those of them
  /// that another part keeps.
  package private(set) var isCutOff = false
  private var placeOf: [String: Int] = [:]

  /// The most different texts of which each is counted.
  static let most = 1_000

  /// None so far.
  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  /// Counts a text so many times more.
  package mutating func add(_ text: String, _ count: Int = 1) {
    if let place = placeOf[text] {
      entries[place].count += count
    } else if entries.count < Self.most {
      placeOf[text] = entries.count
      entries.append(Entry(text: text, count: count))
    } else {
      isCutOff = true
    }
  }

  /// Counts what a later part has counted.
  package mutating func add(_ later: TextCounts) {
    for entry in later.entries { add(entry.text, entry.count) }
    if later.isCutOff { isCutOff = true }
  }

  /// Those of other texts.
  func without(_ texts: [String]) -> TextCounts {
    guard !texts.isEmpty, !isEmpty else { return self }
    let unwanted = Set(texts)
    var others = TextCounts()
    for entry in entries where !unwanted.contains(entry.text) {
      others.add(entry.text, entry.count)
    }
    others.isCutOff = isCutOff
    return others
  }
}

extension TextCounts: Codable {
  private enum CodingKeys: String, CodingKey {
    case entries = "texts"
    case isCutOff = "is_cut_off"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    for entry in try values.decode([Entry].self, forKey: .entries) {
      // Counts from a file stay below what any sum of them could exceed.
      add(entry.text, Swift.min(Swift.max(entry.count, 0), 1 << 40))
    }
    if try values.decodeIfPresent(Bool.self, forKey: .isCutOff) == true { isCutOff = true }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(entries, forKey: .entries)
    if isCutOff { try values.encode(true, forKey: .isCutOff) }
  }
}
