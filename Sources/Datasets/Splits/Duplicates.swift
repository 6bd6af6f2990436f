import Engine

/// Rows with the same inputs on different sides of a split: the model has seen the answer to such a
/// test row.
package struct Duplicates: Sendable, Equatable {
  /// A row and an earlier part's row with the same inputs.
  package struct Pair: Sendable, Equatable {
    /// The row.
    package let row: Int
    /// The part it is in.
    package let part: Split.Part
    /// The first row with the same inputs in an earlier part.
    package let twin: Int
    /// The part that row is in.
    package let twinPart: Split.Part
  }

  /// How many rows of validation and test have a twin in an earlier part.
  package let count: Int
  /// The first of them, at most ten, in the order of the parts.
  package let examples: [Pair]

  /// Compares the inputs of all rows that the split uses: equal hashes first, then every number.
  ///
  /// The earlier parts are train for validation, train and validation for test.
  ///
  /// - Parameter rows: those that have inputs, ascending; nil for all.
  package init(_ inputs: Examples, _ split: Split, rows: RowNumbers? = nil) {
    self.init(width: inputs.shape.count, split, rows) { _ in inputs }
  }

  private init(count: Int, examples: [Pair]) { (self.count, self.examples) = (count, examples) }

  /// Compares the inputs of parts that are kept apart, of one shape; their rows are counted from 0 each.
  package init(train: Dataset, validation: Dataset?, test: Dataset?) {
    let parts: [Split.Part: Examples?] = [
      .train: train.inputs, .validation: validation?.inputs, .test: test?.inputs,
    ]
    func rows(_ part: Split.Part) -> [Int] { Array(0..<((parts[part] ?? nil)?.count ?? 0)) }
    self.init(
      width: train.inputs.shape.count,
      Split(train: rows(.train), validation: rows(.validation), test: rows(.test))
    ) { (parts[$0] ?? nil)! }
  }

  private init(
    width: Int, _ split: Split, _ rows: RowNumbers? = nil, inputs: (Split.Part) -> Examples
  ) {
    func place(_ row: Int) -> Int { rows.flatMap { $0.place(of: row) } ?? row }
    var search = TwinSearch()
    var (row, other) = ([Float](repeating: 0, count: width), [Float](repeating: 0, count: width))
    for part in Split.Part.allCases {
      for index in split[part] {
        inputs(part).read(place(index), into: &row)
        search.add(index, part, TwinSearch.hash(row[...])) { candidate in
          inputs(candidate.part).read(place(candidate.row), into: &other)
          return row == other
        }
      }
    }
    self.init(count: search.count, examples: search.examples)
  }

  /// The same for the parts of a data file that do not fit into memory, whose hashes are dealt out to lots of a
  /// file first.
  ///
  /// - Parameters:
  ///   - parts: in their order; nil for one without rows.
  ///   - split: the rows of the file that they are.
  /// - Throws: `Problem` where the disk is full, or rows cannot be read.
  package init(stored parts: [Dataset?], _ split: Split, in folder: StoreFolder) throws {
    let lots = StoredLots(
      try folder.file(for: "hashes of rows"), count: Self.lots, memory: folder.share)
    for (part, data) in zip(Split.Part.allCases, parts) {
      try data?.inputs.forEachStretch(of: folder.share / 4) { first, numbers, width in
        for start in stride(from: 0, to: numbers.count, by: width) {
          let hash = TwinSearch.hash(numbers[start..<start + width])
          lots.append(to: Int(hash % UInt64(Self.lots)), 16) { destination in
            destination.storeBytes(of: hash, as: UInt64.self)
            (destination + 8).storeBytes(of: UInt32(first + start / width), as: UInt32.self)
            (destination + 12).storeBytes(
              of: UInt32(Split.Part.allCases.firstIndex(of: part)!), as: UInt32.self)
          }
        }
      }
    }
    try lots.finish()
    var (count, examples) = (0, [Pair]())
    let width = parts.compactMap { $0?.inputs.shape.count }.first ?? 0
    var (row, other) = ([Float](repeating: 0, count: width), [Float](repeating: 0, count: width))
    for lot in 0..<Self.lots {
      var search = TwinSearch()
      lots.forEach(of: lot, 16) { entry in
        let place = Int(entry.load(fromByteOffset: 8, as: UInt32.self))
        let number = Int(entry.load(fromByteOffset: 12, as: UInt32.self)) % 3
        var isRead = false
        search.add(place, Split.Part.allCases[number], entry.load(as: UInt64.self)) { candidate in
          if !isRead { parts[number]?.inputs.read(place, into: &row) }
          isRead = true
          parts[Split.Part.allCases.firstIndex(of: candidate.part)!]?.inputs.read(
            candidate.row, into: &other)
          return row == other
        }
      }
      count += search.count
      examples += search.examples
    }
    try lots.file.check()
    for part in parts { try part?.inputs.check() }
    let ordered = examples.map { pair in
      Pair(
        row: split[pair.part][pair.row], part: pair.part, twin: split[pair.twinPart][pair.twin],
        twinPart: pair.twinPart)
    }.sorted { ($0.part == .test ? 1 : 0, $0.row) < ($1.part == .test ? 1 : 0, $1.row) }
    self.init(count: count, examples: Array(ordered.prefix(TwinSearch.mostExamples)))
  }

  private static let lots = 256

  /// What to tell the user; nil when there are none.
  /// - Parameter name: what a row of a part is called.
  package func note(
    _ name: (Split.Part, Int) -> String = { "row \($1 + 1)" }
  ) -> String? {
    guard count > 0 else { return nil }
    return
      "\(count) rows have the same inputs as a row of an earlier part, so their scores flatter: "
      + examples.text(name) + (count > examples.count ? ", …" : "")
  }
}

/// Finds rows with the same inputs in several parts, among rows that are given part by part.
private struct TwinSearch {
  static let mostExamples = 10
  private(set) var count = 0
  private(set) var examples: [Duplicates.Pair] = []
  /// Of the rows of a part that have the same hash the first alone: that they are different is so unlikely that
  /// nobody looks.
  private var rowsByHash: [UInt64: [(row: Int, part: Split.Part)]] = [:]

  /// - Parameter isSame: whether a row of an earlier part, of the same hash, has the same inputs.
  mutating func add(
    _ row: Int, _ part: Split.Part, _ hash: UInt64,
    isSame: ((row: Int, part: Split.Part)) -> Bool
  ) {
    // Rows of earlier parts come first.
    guard let twin = rowsByHash[hash]?.first(where: { $0.part == part || isSame($0) }) else {
      rowsByHash[hash, default: []].append((row, part))
      return
    }
    if twin.part == part { return }
    count += 1
    if examples.count < Self.mostExamples {
      examples.append(
        Duplicates.Pair(row: row, part: part, twin: twin.row, twinPart: twin.part))
    }
  }

  /// FNV-1a over the bits, 32 at a time, of which the highest take part in what comes next: round numbers differ
  /// in those alone.
  static func hash(_ row: ArraySlice<Float>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for number in row {
      hash = (hash ^ UInt64((number == 0 ? 0 : number).bitPattern)) &* 0x100_0000_01B3
      hash ^= hash >> 32
    }
    return hash
  }
}

extension [Duplicates.Pair] {
  /// - Parameter name: what a row of a part is called.
  func text(_ name: (Split.Part, Int) -> String) -> String {
    map {
      "\($0.part.rawValue) \(name($0.part, $0.row)) = "
        + "\($0.twinPart.rawValue) \(name($0.twinPart, $0.twin))"
    }.joined(separator: ", ")
  }
}
