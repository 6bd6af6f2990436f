import Engine

/// The folds of a cross-validation: of each some rows are held out, and others are learned from.
///
/// A row is held out in at most one fold. No row is on both sides of a fold.
package struct Folds: Sendable, Equatable {
  /// One of them; row numbers from 0, ascending.
  package struct Fold: Sendable, Equatable {
    /// The rows that are learned from.
    package let train: [Int]
    /// The rows that are scored.
    package let heldOut: [Int]
  }

  /// In their order; of folds by time the earliest first.
  package let all: [Fold]
  /// The rows that are in no fold's held-out part, ascending.
  package let neverHeldOut: [Int]

  /// The most folds there can be.
  package static let most = 1000

  private init(_ all: [Fold], rows: Int) {
    self.all = all
    var isHeldOut = [Bool](repeating: false, count: rows)
    for fold in all { for row in fold.heldOut { isHeldOut[row] = true } }
    neverHeldOut = (0..<rows).filter { !isHeldOut[$0] }
  }

  /// Every fold is learned from by all others.
  private init(heldOut: [[Int]], rows: Int) {
    self.init(
      heldOut.map { held in
        var isHeldOut = [Bool](repeating: false, count: rows)
        for row in held { isHeldOut[row] = true }
        return Fold(train: (0..<rows).filter { !isHeldOut[$0] }, heldOut: held.sorted())
      }, rows: rows)
  }

  /// Draws folds; the same seed gives the same folds everywhere.
  ///
  /// Their sizes differ by one row at most, and so do the rows of each class in them. The only row of a
  /// class is always learned from.
  /// - Parameters:
  ///   - folds: 2 or more.
  ///   - strata: The class of each row, to stratify by; nil to draw without.
  /// - Throws: `Problem` for fewer rows than folds.
  package init(count: Int, folds: Int, strata: [Int]? = nil, seed: UInt64) throws {
    try Self.check(folds)
    var rowsOf: [Int: [Int]] = [:]
    for row in 0..<count { rowsOf[strata?[row] ?? 0, default: []].append(row) }
    let classes = rowsOf.keys.sorted().map { rowsOf[$0]! }.filter { strata == nil || $0.count > 1 }
    var generator = RandomGenerator(seed: seed, for: .split)
    // Dealt like cards, one class after the other.
    let order = classes.flatMap { rows in generator.permutation(rows.count).map { rows[$0] } }
    guard order.count >= folds else {
      throw Problem.data(
        "folds", expected: "at most \(order.count), a row to hold out for each", found: "\(folds)",
        fix: "ask for fewer folds, or add rows")
    }
    self.init(
      heldOut: (0..<folds).map { fold in
        stride(from: fold, to: order.count, by: folds).map { order[$0] }
      }, rows: count)
  }

  /// Draws folds in which all rows of a group are held out together; the same seed gives the same folds
  /// everywhere. Sizes and classes are as even as moving one group or exchanging two can make them.
  /// - Parameters:
  ///   - groups: The group of each row, numbered from 0 without gaps.
  ///   - folds: 2 or more.
  ///   - strata: The class of each row; nil to look at sizes alone.
  /// - Throws: `Problem` for fewer groups than folds.
  package init(groups: [Int], folds: Int, strata: [Int]? = nil, seed: UInt64) throws {
    try Self.check(folds)
    let count = (groups.max() ?? -1) + 1
    guard count >= folds else {
      throw Problem.data(
        "folds", expected: "at most \(count), a group to hold out for each", found: "\(folds)",
        fix: "ask for fewer folds, or name a column with more groups")
    }
    self.init(
      heldOut: GroupAssignment.rows(
        groups: groups, count: count, strata: strata, parts: Array(0..<folds),
        fractions: [Double](repeating: 1 / Double(folds), count: folds), seed: seed),
      rows: groups.count)
  }

  /// Cuts time into one stretch more than there are folds, of as many rows each as equal moments allow: each
  /// fold learns from all that lies before a cut and holds out the stretch behind it. The first stretch is
  /// never held out.
  ///
  /// A row that reaches over the cut is on neither side of that fold.
  /// - Parameters:
  ///   - spans: The first and the last moment of each row.
  ///   - folds: 2 or more.
  /// - Throws: `Problem` where no cuts leave a row to each stretch.
  package init(spans: [ClosedRange<Double>], folds: Int) throws {
    try Self.check(folds)
    let order = spans.indices.sorted {
      (spans[$0].upperBound, $0) < (spans[$1].upperBound, $1)
    }
    var rest = order
    var all: [Fold] = []
    var past: Double?
    for stretch in 0...folds {
      let others = folds - stretch
      let share = 1 / Double(others + 1)
      guard let last = rest.last,
        let cut = others == 0
          ? spans[last].upperBound : Split.cut(rest.map { spans[$0] }, share, others: others)
      else {
        throw Problem.data(
          "folds", expected: "times that leave rows to each of \(folds + 1) stretches",
          found: "\(Set(spans.map(\.upperBound)).count) different times of \(spans.count) rows",
          fix: "ask for fewer folds, or give more rows")
      }
      if let past {
        all.append(
          Fold(
            train: spans.indices.filter { spans[$0].upperBound <= past },
            heldOut: rest.filter { spans[$0].upperBound <= cut }.sorted()))
      }
      past = cut
      rest = rest.filter { spans[$0].lowerBound > cut }
    }
    self.init(all, rows: spans.count)
  }

  private static func check(_ folds: Int) throws {
    guard (2...most).contains(folds) else {
      throw Problem.data("folds", expected: "2 to \(most)", found: "\(folds)")
    }
  }

  /// The same folds of other rows.
  /// - Parameter rows: what each row number stands for.
  package func of(_ rows: [Int]) -> Folds {
    Folds(
      all.map { Fold(train: $0.train.map { rows[$0] }, heldOut: $0.heldOut.map { rows[$0] }) },
      neverHeldOut: neverHeldOut.map { rows[$0] })
  }

  private init(_ all: [Fold], neverHeldOut: [Int]) {
    (self.all, self.neverHeldOut) = (all, neverHeldOut)
  }
}
