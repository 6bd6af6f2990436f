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
  public let train: [Int]
  /// Row numbers from 0.
  public let validation: [Int]
  /// Row numbers from 0.
  public let test: [Int]

  /// Parts that are known already.
  public init(train: [Int], validation: [Int] = [], test: [Int] = []) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// The rows of a part.
  package subscript(part: Part) -> [Int] {
    switch part {
    case .train: train
    case .validation: validation
    case .test: test
    }
  }

  /// The same parts of other rows.
  /// - Parameter rows: what each row number stands for.
  package func of(_ rows: [Int]) -> Split {
    Split(
      train: train.map { rows[$0] }, validation: validation.map { rows[$0] },
      test: test.map { rows[$0] })
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
    try Self.check(fractions)
    let sum = fractions.reduce(0, +)
    let fractions = fractions.map { $0 / sum }
    guard strata == nil || strata?.count == count else {
      throw Problem.data(
        "split", expected: "a class for each of \(count) rows", found: "\(strata?.count ?? 0)")
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

    var groups: [[Int]] = [Array(0..<count)]
    if let strata {
      var rowsOf: [Int: [Int]] = [:]
      for (row, stratum) in strata.enumerated() { rowsOf[stratum, default: []].append(row) }
      groups = rowsOf.keys.sorted().map { rowsOf[$0]! }
    }
    let shares = Apportionment.shares(of: groups.map(\.count), fractions, sizes)
    var generator = RandomGenerator(seed: seed, for: .split)
    var parts: [[Int]] = [[], [], []]
    for (rows, share) in zip(groups, shares) {
      let order = generator.permutation(rows.count)
      var next = 0
      for part in 0..<3 {
        parts[part] += order[next..<next + share[part]].map { rows[$0] }
        next += share[part]
      }
    }
    self.init(train: parts[0].sorted(), validation: parts[1].sorted(), test: parts[2].sorted())
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
