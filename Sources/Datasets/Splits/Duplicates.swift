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
  /// - Parameter places: where each row's inputs lie; nil where all rows have them, in order.
  package init(_ inputs: Examples, _ split: Split, places: [Int]? = nil) {
    self.init(width: inputs.shape.count, split, places: places) { _ in inputs }
  }

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
    width: Int, _ split: Split, places: [Int]? = nil, inputs: (Split.Part) -> Examples
  ) {
    var rowsByHash: [UInt64: [(row: Int, part: Split.Part)]] = [:]
    var count = 0
    var examples: [Pair] = []
    var row = [Float](repeating: 0, count: width)
    var other = row
    for part in Split.Part.allCases {
      for index in split[part] {
        Self.read(inputs(part), places?[index] ?? index, into: &row)
        let hash = Self.hash(row)
        let twin = rowsByHash[hash]?.first { candidate in
          Self.read(
            inputs(candidate.part), places?[candidate.row] ?? candidate.row, into: &other)
          return row == other
        }
        guard let twin else {
          rowsByHash[hash, default: []].append((index, part))
          continue
        }
        if twin.part == part { continue }
        count += 1
        if examples.count < 10 {
          examples.append(Pair(row: index, part: part, twin: twin.row, twinPart: twin.part))
        }
      }
    }
    self.count = count
    self.examples = examples
  }

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

  private static func read(_ inputs: Examples, _ index: Int, into row: inout [Float]) {
    row.withUnsafeMutableBufferPointer { inputs.copy(index..<index + 1, into: $0.baseAddress!) }
  }

  /// FNV-1a over the bits, 32 at a time.
  private static func hash(_ row: [Float]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for number in row {
      hash = (hash ^ UInt64((number == 0 ? 0 : number).bitPattern)) &* 0x100_0000_01B3
    }
    return hash ^ hash >> 32
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
