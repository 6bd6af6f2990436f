import Engine
import Formatting
import Networks
import Platform
import Training

/// Data that people label, any number of them at the same time.
///
/// Each answer is on the disk before it is acknowledged. People get different items; what two say of one item
/// is kept, and shown where it differs. The table of labels beside the data is written again after answers.
actor Labelling {
  nonisolated let data: LabelledData
  let readers: StudioReaders
  private var journal: LabelJournal
  private(set) var book: LabelBook
  let placeOf: [String: Int]
  /// Whom an item was given to, and until when nobody else gets it.
  private var given: [Int: (holder: String, until: ContinuousClock.Instant)] = [:]
  private var suggestions: [Int: Suggestion] = [:]
  private var helper: (name: String, task: Task<Void, Never>)?
  private var helperProblem: String?
  private var unanswered = 0
  var check = CheckState()
  private var mustWrite = false
  private var isWriting = false
  private var writingProblem: String?

  /// How long an item waits for the answer of whom it was given to.
  private static let patience = Duration.seconds(120)

  /// - Throws: `Problem` for a journal that cannot be read.
  init(_ data: LabelledData, _ readers: StudioReaders) throws {
    (self.data, self.readers) = (data, readers)
    journal = LabelJournal(path: data.journalPath)
    var classes: [String] = []
    for item in data.items {
      if let label = item.given, !classes.contains(label) { classes.append(label) }
    }
    var book = LabelBook(classes: classes.sorted())
    placeOf = Dictionary(
      data.items.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    // Who only looks leaves nothing behind.
    if AtomicFile.exists(data.journalPath) {
      try journal.turn { news in
        for entry in news { book.add(entry) }
        return []
      }
    } else if AtomicFile.exists(data.labelsPath) {
      throw Problem(
        .cannotCreate, data.labelsPath, expected: "no such file, or \(data.journalPath) beside it",
        found: "a file that was not written here",
        fix: "move it, or name another column for the labels")
    }
    self.book = book
  }

  /// What a page may ask for, as `{"do": "label", "item": "a.png", "label": "cat", "by": "Ada"}`.
  struct Action: Decodable, Sendable {
    enum Name: String, NamedChoice {
      case label, settle, skip, undo
      case newClass = "class"
    }
    let action: Name
    let by: String?
    let item: String?
    let label: String?

    private enum CodingKeys: String, CodingKey {
      case by, item, label
      case action = "do"
    }
  }

  // MARK: Answers

  /// Takes what somebody says.
  /// - Returns: the item that it was about.
  /// - Throws: `Problem` if it cannot be taken, or could not be written down; then nothing is kept.
  @discardableResult func act(_ action: Action) throws -> String? {
    let by = try Self.name(action.by)
    var about: String?
    var entry: LabelEntry?
    var book = book
    try journal.turn { news in
      for one in news { book.add(one) }
      let what: LabelEntry.What
      switch action.action {
      case .label, .settle:
        about = try known(action.item)
        what = .label(
          try Self.label(action.label), item: about!, settles: action.action == .settle)
      case .skip:
        about = try known(action.item)
        what = .skip(item: about!)
      case .newClass: what = .newClass(try Self.label(action.label))
      case .undo:
        guard let last = book.lastAct(of: by) else {
          throw Problem.data(
            "undo", expected: "an answer of yours that counts",
            found: "none" + (by.isEmpty ? "" : " of `\(by)`"))
        }
        about = last.item
        what = .undo(last.number)
      }
      entry = LabelEntry(what, by: by, at: SystemClock.text)
      return [entry!]
    }
    if let entry { book.add(entry) }
    self.book = book
    if let about, let place = placeOf[about] { given[place] = nil }
    writeSoon()
    return about
  }

  private func known(_ item: String?) throws -> String {
    guard let item, placeOf[item] != nil else {
      throw Problem.data(
        "item", expected: "an item of \(data.path)", found: item.map { "`\($0)`" } ?? "none",
        fix: "load the page again")
    }
    return item
  }

  private static let longest = 100

  private static func name(_ text: String?) throws -> String {
    let name = (text ?? "").trimmed
    guard name.count <= longest else {
      throw Problem.data("by", expected: "a name of at most \(longest) characters", found: "more")
    }
    return name
  }

  private static func label(_ text: String?) throws -> String {
    let label = (text ?? "").trimmed
    guard !label.isEmpty, label.count <= longest, !label.contains(where: \.isNewline) else {
      throw Problem.data(
        "label", expected: "1 to \(longest) characters on one line",
        found: label.isEmpty ? "none" : "`\(label)`")
    }
    return label
  }

  /// Reads what others have said in the meantime.
  private func readNews() throws {
    guard AtomicFile.exists(data.journalPath) else { return }
    var book = book
    try journal.turn { news in
      for one in news { book.add(one) }
      return []
    }
    self.book = book
  }

  // MARK: Items

  /// What an item is, as far as it is known: what people say, or else what the data have.
  func standing(of place: Int) -> LabelBook.Standing {
    let item = data.items[place]
    let said = book.standing(of: item.id)
    if said == .open, let label = item.given { return .labelled(label) }
    return said
  }

  /// The next item for somebody: open, not passed by, and with nobody else.
  ///
  /// - Parameters:
  ///   - page: that shows it; nil for the only one of this person.
  ///   - isUncertainFirst: whether it is the one that the helper is least certain of.
  func next(for person: String, on page: String? = nil, isUncertainFirst: Bool) throws
    -> ItemAnswer?
  {
    try readNews()
    let by = try Self.name(person)
    let now = ContinuousClock.now
    given = given.filter { $0.value.until > now }
    // A page shows one item at a time.
    let holder = page ?? by
    for (place, other) in given where other.holder == holder { given[place] = nil }
    var best: Int?
    for place in data.items.indices
    where standing(of: place) == .open && given[place] == nil
      && !book.isSkipped(data.items[place].id, by: by)
    {
      guard isUncertainFirst, !suggestions.isEmpty else {
        best = place
        break
      }
      guard let margin = suggestions[place]?.margin else { continue }
      if best.map({ margin < suggestions[$0]!.margin }) ?? true { best = place }
    }
    if best == nil, isUncertainFirst, !suggestions.isEmpty {
      // Those that the helper has no answer for.
      return try next(for: person, on: page, isUncertainFirst: false)
    }
    guard let best else { return nil }
    given[best] = (holder, now + Self.patience)
    return answer(best)
  }

  /// One item.
  /// - Throws: `Problem` if there is none of this name.
  func item(_ id: String) throws -> ItemAnswer { answer(placeOf[try known(id)]!) }

  private func answer(_ place: Int) -> ItemAnswer {
    let item = data.items[place]
    return ItemAnswer(
      id: item.id, name: item.name, given: item.given, hasPicture: item.picture != nil,
      cells: data.cells.isEmpty
        ? []
        : zip(data.header, data.cells[place]).filter { $0.0 != data.column }
          .map { .init(name: $0, value: $1) },
      suggestion: suggestions[place], answers: book.answers(to: item.id))
  }

  /// The file of an item's picture.
  func picture(_ id: String) throws -> String {
    guard let path = data.items[placeOf[try known(id)]!].picture else {
      throw Problem.data("item", expected: "an item with a picture", found: "one without")
    }
    return path
  }

  // MARK: Suggestions

  /// Has a model suggest labels, from now on; nil has none.
  func setHelper(_ helper: LabellingHelper?) {
    self.helper?.task.cancel()
    (suggestions, helperProblem, unanswered) = ([:], nil, 0)
    guard let helper else { return self.helper = nil }
    for label in helper.model.labels { book.add(class: label) }
    let places = data.items.indices.filter { standing(of: $0) == .open }
    let data = data
    let take: @Sendable ([(place: Int, suggestion: Suggestion)]) async -> Bool = { found in
      guard !Task.isCancelled else { return false }
      await self.take(found)
      return true
    }
    let task = Task.detached(priority: .utility) {
      do {
        await self.endSuggesting(try await helper.suggest(data, places, told: take), nil)
      } catch { await self.endSuggesting(0, "\(error)") }
    }
    self.helper = (helper.name, task)
  }

  private func take(_ found: [(place: Int, suggestion: Suggestion)]) {
    guard !Task.isCancelled else { return }
    for (place, suggestion) in found { suggestions[place] = suggestion }
  }

  private func endSuggesting(_ missing: Int, _ problem: String?) {
    guard !Task.isCancelled else { return }
    (unanswered, helperProblem) = (missing, problem)
  }

  /// Ends what goes on.
  func close() {
    setHelper(nil)
    stopCheck()
  }

  // MARK: The table of labels

  /// What each item is, in the order of the data; nil for open and disputed ones.
  var labels: [String?] {
    data.items.indices.map { place in
      if case .labelled(let label) = standing(of: place) { label } else { nil }
    }
  }

  private func writeSoon() {
    mustWrite = true
    guard !isWriting else { return }
    isWriting = true
    Task { self.writeUntilDone() }
  }

  private func writeUntilDone() {
    isWriting = false
    guard mustWrite else { return }
    do {
      try writeLabels()
      writingProblem = nil
    } catch { writingProblem = "\(error)" }
  }

  /// Writes the table of labels as it is now, so that it is never older than the answers.
  /// - Throws: `Problem` if it cannot be written.
  func writeLabels() throws {
    mustWrite = false
    var book = book
    // Whoever else labels these data writes the table in a turn too.
    try journal.turn { news in
      for one in news { book.add(one) }
      self.book = book
      try AtomicFile.write(data.csv(labels), to: data.labelsPath)
      return []
    }
  }

  // MARK: How it stands

  var state: LabellingState {
    var counts: [String: Int] = [:]
    var (labelled, disputed) = (0, [Int]())
    for place in data.items.indices {
      switch standing(of: place) {
      case .open: break
      case .disputed: disputed.append(place)
      case .labelled(let label):
        labelled += 1
        counts[label, default: 0] += 1
      }
    }
    let lost = book.items.count { placeOf[$0] == nil }
    return LabellingState(
      kind: data.kind, path: data.path, column: data.column, items: data.items.count,
      labelled: labelled, given: data.items.count { $0.given != nil },
      classes: book.classes.map { .init(name: $0, count: counts[$0] ?? 0) },
      people: book.counts.sorted { $0.key < $1.key }.map { .init(name: $0.key, count: $0.value) },
      disputed: disputed.count, disputes: disputed.prefix(LabellingState.mostDisputes).map(answer),
      labelsFile: data.labelsPath, journalFile: data.journalPath,
      words: [data.labelsPath, data.column].map(\.shellQuoted),
      helper: helper.map {
        .init(
          name: $0.name, suggested: suggestions.count, unanswered: unanswered,
          problem: helperProblem)
      }, check: check.description(open: openDoubts),
      notes: data.notes
        + (lost > 0
          ? ["answers to items that are not there any more: \(lost); they stay in the journal"]
          : [])
        + (writingProblem.map { ["the table of labels could not be written: \($0)"] } ?? []))
  }
}
