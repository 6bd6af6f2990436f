/// How a labelling stands, for the page.
struct LabellingState: Encodable, Sendable {
  /// A class or a person, and how many items.
  struct Count: Encodable, Sendable {
    let name: String
    let count: Int
  }

  struct Helper: Encodable, Sendable {
    let name: String
    let suggested: Int
    let unanswered: Int
    let problem: String?
  }

  let kind: LabelledData.Kind
  let path, column: String
  let items, labelled: Int
  /// How many labels came with the data.
  let given: Int
  let classes, people: [Count]
  let disputed: Int
  let disputes: [ItemAnswer]
  let labelsFile, journalFile: String
  /// The table and its column as words of a shell.
  let words: [String]
  let helper: Helper?
  let check: CheckState.Description
  let notes: [String]

  static let mostDisputes = 50

  private enum CodingKeys: String, CodingKey {
    case kind, path, column, items, labelled, given, classes, people, disputed, disputes, words,
      helper, check, notes
    case labelsFile = "labels_file"
    case journalFile = "journal_file"
  }
}

/// An item, for the page.
struct ItemAnswer: Encodable, Sendable {
  struct Cell: Encodable, Sendable {
    let name, value: String
  }

  let id, name: String
  let given: String?
  let hasPicture: Bool
  let cells: [Cell]
  let suggestion: Suggestion?
  let answers: [LabelBook.Answer]

  private enum CodingKeys: String, CodingKey {
    case id, name, given, cells, suggestion, answers
    case hasPicture = "has_picture"
  }
}
