import Engine

/// Which rows are learned from, which guide the choice of the best model, and which are kept sealed
/// for the final number.
public struct Split: Sendable, Equatable {
  /// A part of the data.
  package enum Part: String, Sendable, Codable, CaseIterable {
    /// Learned from.
    case train
    /// Decides when to stop and which epoch was best.
    case validation
    /// Looked at once, at the end.
    case test
  }

  /// Row numbers from 0, ascending when the split was drawn.
  public var train: [Int] { Array(self[.train]) }
  /// Row numbers from 0.
  public var validation: [Int] { Array(self[.validation]) }
  /// Row numbers from 0.
  public var test: [Int] { Array(self[.test]) }

  /// Of each part, in their order.
  private let rows: [RowNumbers]

  /// Parts that are known already.
  public init(train: [Int], validation: [Int] = [], test: [Int] = []) {
    self.init(RowNumbers(train), RowNumbers(validation), RowNumbers(test))
  }

  /// The same as row numbers are kept.
  package init(_ train: RowNumbers, _ validation: RowNumbers, _ test: RowNumbers) {
    rows = [train, validation, test]
  }

  /// The rows of a part.
  package subscript(part: Part) -> RowNumbers {
    switch part {
    case .train: rows[0]
    case .validation: rows[1]
    case .test: rows[2]
    }
  }

  /// The rows of validation and test, one after the other.
  package var rowsBesideTrain: RowNumbers {
    RowNumbers(self[.validation].map { Int32($0) } + self[.test].map { Int32($0) })
  }

  /// The same parts of other rows.
  /// - Parameter rows: what each row number stands for.
  package func of(_ rows: [Int]) -> Split { of(RowNumbers(rows)) }

  /// The same for row numbers as they are kept.
  package func of(_ rows: RowNumbers) -> Split {
    Split(self[.train].of(rows), self[.validation].of(rows), self[.test].of(rows))
  }

  /// The usual shares of train, validation and test.
  public static let usualFractions = [0.7, 0.15, 0.15]

  /// Draws a split; the same seed gives the same split everywhere.
  ///
  /// The sizes are exact by largest remainder. With classes, each class is shared out within one row
  /// of its exact share.
  /// - Parameters:
  ///   - count: The number of rows.
  ///   - fractions: Shares of train, validation and test; at least 0, train above 0, together 1.
  ///   - strata: The class of each row, to stratify by; nil to draw without.
  /// - Throws: `Problem` for other fractions, when a part that was asked for would be empty, or when
  ///   there are not as many classes as rows.
  public init(
    count: Int, fractions: [Double] = Split.usualFractions, strata: [Int]? = nil, seed: UInt64
  ) throws {
    try self.init(
      count: count, fractions: fractions, classes: strata.map { Strata($0) }, seed: seed)
  }

  /// The same for classes as they are kept.
  package init(count: Int, fractions: [Double], classes: Strata?, seed: UInt64) throws {
    try Self.check(fractions)
    try RowNumbers.check(count, of: "the split")
    let sum = fractions.reduce(0, +)
    let fractions = fractions.map { $0 / sum }
    guard classes == nil || classes?.numbers.count == count else {
      throw Problem.data(
        "split", expected: "a class for each of \(count) rows",
        found: "\(classes?.numbers.count ?? 0)")
    }
    let sizes = Apportionment.sizes(of: count, fractions)
    for (part, size) in zip(Part.allCases, sizes) where size == 0 {
      let fraction = fractions[Part.allCases.firstIndex(of: part)!]
      guard fraction == 0 else {
        throw Problem.data(
          "the split", expected: "at least one row in \(part.rawValue)",
          found: "\(count) rows in all, of which \(fraction) is none",
          fix: "add rows or change the fractions")
      }
    }

    let counts = classes?.counts ?? [count]
    let shares = Apportionment.shares(of: counts, fractions, sizes)
    var generator = RandomGenerator(seed: seed, for: .split)
    // The part of each row of a class, one class after the other: a byte for each row.
    var partOf = [UInt8](repeating: 0, count: count)
    var starts: [Int] = []
    for (rows, share) in zip(counts, shares) {
      let start = (starts.last ?? 0) + (starts.isEmpty ? 0 : counts[starts.count - 1])
      starts.append(start)
      let order = generator.permutation32(rows)
      var next = 0
      for part in 0..<3 {
        for place in order[next..<next + share[part]] { partOf[start + Int(place)] = UInt8(part) }
        next += share[part]
      }
    }
    var parts = sizes.map { size -> [Int32] in
      var rows: [Int32] = []
      rows.reserveCapacity(size)
      return rows
    }
    for row in 0..<count {
      let stratum = classes.map { Int($0.numbers[row]) } ?? 0
      parts[Int(partOf[starts[stratum]])].append(Int32(row))
      starts[stratum] += 1
    }
    self.init(RowNumbers(parts[0]), RowNumbers(parts[1]), RowNumbers(parts[2]))
  }

  /// The class of each row.
  package struct Strata: Sendable {
    /// From 0 on, without gaps.
    package let numbers: [Int32]
    /// How many rows each class has.
    package let counts: [Int]

    /// - Parameter numbers: from 0 on, without gaps, or few of them.
    package init(numbers: [Int32], count: Int) {
      self.numbers = numbers
      var counts = [Int](repeating: 0, count: count)
      for number in numbers { counts[Int(number)] += 1 }
      self.counts = counts
    }

    /// The same, 8 bytes each.
    package var perRow: [Int] { numbers.map { Int($0) } }

    /// Any numbers, in their order.
    package init(_ strata: [Int]) {
      var places: [Int: Int32] = [:]
      for (place, stratum) in Set(strata).sorted().enumerated() { places[stratum] = Int32(place) }
      self.init(numbers: strata.map { places[$0]! }, count: places.count)
    }
  }

  static func check(_ fractions: [Double]) throws {
    let isValid =
      fractions.count == 3 && fractions.allSatisfy { $0 >= 0 && $0.isFinite } && fractions[0] > 0
      && (fractions.reduce(0, +) - 1).magnitude < 1e-9
    guard isValid else {
      throw Problem.data(
        "split", expected: "three fractions of at least 0 that sum to 1, the first above 0",
        found: "\(fractions)", fix: "give train, validation and test, such as 0.7, 0.15, 0.15")
    }
  }
}
