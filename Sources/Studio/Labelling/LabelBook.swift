/// What the entries of a journal come to.
struct LabelBook: Sendable {
  /// Who says what an item is.
  struct Answer: Sendable, Equatable, Encodable {
    /// Of its entry, counted from 1.
    let number: Int
    let label: String
    let by: String
    let at: String
    let settles: Bool
  }

  /// How an item stands.
  enum Standing: Sendable, Equatable {
    case open
    case labelled(String)
    /// People say different things, and nobody has settled it.
    case disputed
  }

  /// Classes in the order in which they were first named.
  private(set) var classes: [String]
  /// How many entries there are.
  private(set) var count = 0
  private var answers: [String: [Answer]] = [:]
  /// What each person did, the last at the end, without what was undone.
  private var acts: [String: [(number: Int, item: String)]] = [:]
  private var skips: [String: [String: Int]] = [:]
  private var itemOf: [Int: (item: String, by: String)] = [:]

  /// - Parameter classes: those that are known without any entry.
  init(classes: [String]) { self.classes = classes }

  mutating func add(_ entry: LabelEntry) {
    count += 1
    switch entry.what {
    case .label(let label, let item, let settles):
      add(class: label)
      answers[item, default: []].append(
        Answer(number: count, label: label, by: entry.by, at: entry.at, settles: settles))
      remember(item, entry.by)
    case .skip(let item):
      skips[entry.by, default: [:]][item] = count
      remember(item, entry.by)
    case .newClass(let name): add(class: name)
    case .undo(let number):
      guard let (item, by) = itemOf.removeValue(forKey: number) else { return }
      acts[by]?.removeAll { $0.number == number }
      answers[item]?.removeAll { $0.number == number }
      if skips[by]?[item] == number { skips[by]?[item] = nil }
    }
  }

  private mutating func remember(_ item: String, _ by: String) {
    acts[by, default: []].append((count, item))
    itemOf[count] = (item, by)
  }

  mutating func add(class name: String) { if !classes.contains(name) { classes.append(name) } }

  /// The last that somebody said that is not undone yet.
  func lastAct(of person: String) -> (number: Int, item: String)? { acts[person]?.last }

  /// Whether somebody passed an item by.
  func isSkipped(_ item: String, by person: String) -> Bool { skips[person]?[item] != nil }

  /// How many items somebody has labelled, by people.
  var counts: [String: Int] {
    var counts: [String: Int] = [:]
    for said in answers.values {
      for person in Set(said.map(\.by)) { counts[person, default: 0] += 1 }
    }
    return counts
  }

  /// The items of which something is said.
  var items: Dictionary<String, [Answer]>.Keys { answers.keys }

  /// What counts of an item: from the last entry that settled it on the last answer of each person.
  func answers(to item: String) -> [Answer] {
    guard let said = answers[item], !said.isEmpty else { return [] }
    let counted = said[(said.lastIndex { $0.settles } ?? 0)...]
    return counted.filter { answer in
      !counted.contains { $0.by == answer.by && $0.number > answer.number }
    }
  }

  func standing(of item: String) -> Standing {
    let said = answers(to: item)
    guard let first = said.first else { return .open }
    return said.allSatisfy { $0.label == first.label } ? .labelled(first.label) : .disputed
  }
}
