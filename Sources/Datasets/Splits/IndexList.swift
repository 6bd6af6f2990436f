import Engine

/// Row numbers as they are written in a manifest: single numbers, and `[first, last]` for runs.
///
/// Runs stay runs until it is known that the data have such rows: a few characters name any number of
/// them.
struct IndexList: Codable, Sendable, Equatable {
  /// Rows that follow each other, in the order of the list.
  private(set) var runs: [Range<Int>] = []

  init(_ indices: some Sequence<Int>) {
    for index in indices { append(index..<index + 1) }
  }

  private mutating func append(_ run: Range<Int>) {
    if let last = runs.last, last.upperBound == run.lowerBound {
      runs[runs.count - 1] = last.lowerBound..<run.upperBound
    } else {
      runs.append(run)
    }
  }

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    while !list.isAtEnd {
      let single = try? list.decode(Int.self)
      let run = try single.map { [$0, $0] } ?? list.decode([Int].self)
      guard run.count == 2, run[0] >= 0, run[0] <= run[1], run[1] < .max else {
        throw Problem.data(
          "split manifest",
          expected: "row numbers counted from 0, or [first, last] for a run of them",
          found: single.map { "\($0)" } ?? "\(run)")
      }
      append(run[0]..<run[1] + 1)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for run in runs {
      if run.count > 2 {
        try list.encode([run.lowerBound, run.upperBound - 1])
      } else {
        for index in run { try list.encode(index) }
      }
    }
  }

  /// The row numbers one by one.
  /// - Throws: `Problem` for a row that the data do not have, or more of them than there are.
  func indices(of rows: Int, in part: String) throws -> [Int] {
    var count = 0
    for run in runs {
      guard run.upperBound <= rows else {
        throw Problem.data(
          "split manifest: \(part)", expected: "row numbers from 0 to \(rows - 1)",
          found: "\(run.upperBound - 1)", fix: "count data rows from 0, without the header")
      }
      count += run.count
      guard count <= rows else {
        throw Problem.data(
          "split manifest: \(part)", expected: "every row at most once",
          found: "more than the \(rows) rows that there are", fix: "remove those that are repeated")
      }
    }
    return runs.flatMap { Array($0) }
  }

  /// SHA-256 of the row numbers in order, each as eight bytes, the lowest first.
  var sha256: String { Self.sha256(runs.lazy.joined()) }

  /// The same of row numbers that are no list.
  static func sha256(_ rows: some Sequence<Int>) -> String {
    var hash = SHA256()
    var words: [UInt64] = []
    words.reserveCapacity(1 << 12)
    func add() {
      words.withUnsafeBytes { hash.update($0) }
      words.removeAll(keepingCapacity: true)
    }
    for row in rows {
      words.append(UInt64(bitPattern: Int64(row)).littleEndian)
      if words.count == 1 << 12 { add() }
    }
    add()
    return SHA256.text(hash.finalize())
  }
}
