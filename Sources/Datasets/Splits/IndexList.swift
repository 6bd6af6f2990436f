import Engine

/// Row numbers as they are written in a manifest: single numbers, and `[first, last]` for runs.
struct IndexList: Codable, Sendable, Equatable {
  var indices: [Int]

  /// The most rows a list may name; a run of a few characters could otherwise ask for any amount.
  static let limit = 100_000_000

  init(_ indices: [Int]) { self.indices = indices }

  init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    indices = []
    while !list.isAtEnd {
      if let index = try? list.decode(Int.self) {
        indices.append(index)
        continue
      }
      let run = try list.decode([Int].self)
      guard run.count == 2, run[0] >= 0, run[0] <= run[1], run[1] < Self.limit else {
        throw Problem.data(
          "split manifest", expected: "row numbers, or [first, last] for a run of them",
          found: "\(run)")
      }
      guard run[1] - run[0] < Self.limit - indices.count else {
        throw Problem.data(
          "split manifest", expected: "at most \(Self.limit) rows in a part", found: "more")
      }
      indices += run[0]...run[1]
    }
  }

  func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    var next = 0
    while next < indices.count {
      var last = next
      while last + 1 < indices.count, indices[last + 1] == indices[last] + 1 { last += 1 }
      if last - next >= 2 {
        try list.encode([indices[next], indices[last]])
        next = last + 1
      } else {
        try list.encode(indices[next])
        next += 1
      }
    }
  }

  /// SHA-256 of the row numbers in order, each as eight bytes, the lowest first.
  var sha256: String {
    var hash = SHA256()
    for index in indices {
      withUnsafeBytes(of: UInt64(bitPattern: Int64(index)).littleEndian) { hash.update($0) }
    }
    return SHA256.text(hash.finalize())
  }
}
