/// A line of a labelling's journal: what somebody said, and when. Nothing is ever taken back from a journal;
/// undoing is one more line.
struct LabelEntry: Codable, Sendable, Equatable {
  enum What: Sendable, Equatable {
    /// What an item is. Settled, it stands against all that was said of the item before.
    case label(String, item: String, settles: Bool)
    /// That somebody passes an item by.
    case skip(item: String)
    /// That the entry of this number, counted from 1, shall not count.
    case undo(Int)
    /// That there is a class of this name.
    case newClass(String)
  }

  let what: What
  /// The name of who says so; empty for somebody without one.
  let by: String
  /// In Coordinated Universal Time.
  let at: String

  init(_ what: What, by: String, at: String) { (self.what, self.by, self.at) = (what, by, at) }

  private enum CodingKeys: String, CodingKey {
    case label, item, settles, skip, undo, by, at
    case newClass = "class"
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let number = try fields.decodeIfPresent(Int.self, forKey: .undo) {
      what = .undo(number)
    } else if let name = try fields.decodeIfPresent(String.self, forKey: .newClass) {
      what = .newClass(name)
    } else if let item = try fields.decodeIfPresent(String.self, forKey: .skip) {
      what = .skip(item: item)
    } else {
      what = .label(
        try fields.decode(String.self, forKey: .label),
        item: try fields.decode(String.self, forKey: .item),
        settles: try fields.decodeIfPresent(Bool.self, forKey: .settles) ?? false)
    }
    by = try fields.decode(String.self, forKey: .by)
    at = try fields.decode(String.self, forKey: .at)
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch what {
    case .label(let label, let item, let settles):
      try fields.encode(item, forKey: .item)
      try fields.encode(label, forKey: .label)
      if settles { try fields.encode(true, forKey: .settles) }
    case .skip(let item): try fields.encode(item, forKey: .skip)
    case .undo(let number): try fields.encode(number, forKey: .undo)
    case .newClass(let name): try fields.encode(name, forKey: .newClass)
    }
    try fields.encode(by, forKey: .by)
    try fields.encode(at, forKey: .at)
  }
}
