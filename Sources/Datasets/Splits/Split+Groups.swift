import Engine

extension Split {
  /// Draws a split in which all rows of a group lie in one part; the same seed gives the same split
  /// everywhere.
  ///
  /// The sizes, and with classes the rows of each class, are as close to their shares as moving one group
  /// or exchanging two can bring them.
  /// - Parameters:
  ///   - groups: The group of each row, numbered from 0 without gaps.
  ///   - fractions: Shares of train, validation and test; at least 0, train above 0, together 1.
  ///   - strata: The class of each row, to stratify by; nil to look at sizes alone.
  /// - Throws: `Problem` for other fractions, or fewer groups than parts.
  public init(
    groups: [Int], fractions: [Double] = Split.usualFractions, strata: [Int]? = nil, seed: UInt64
  ) throws {
    try Self.check(fractions)
    guard strata == nil || strata?.count == groups.count else {
      throw Problem.data(
        "split", expected: "a class for each of \(groups.count) rows",
        found: "\(strata?.count ?? 0)"
      )
    }
    let parts = Part.allCases.indices.filter { fractions[$0] > 0 }
    let count = (groups.max() ?? -1) + 1
    guard count >= parts.count else {
      throw Problem.data(
        "group", expected: "at least \(parts.count) groups, one for each part of the data",
        found: "\(count)",
        fix:
          "name a column with more groups, or set `validation` or `test` to 0 or to a file of its own"
      )
    }
    let rows = GroupAssignment.rows(
      groups: groups, count: count, strata: strata, parts: parts, fractions: fractions, seed: seed)
    self.init(train: rows[0], validation: rows[1], test: rows[2])
  }
}

/// Gives whole groups to parts.
struct GroupAssignment {
  /// The rows of each part, ascending.
  ///
  /// - Parameters:
  ///   - groups: the group of each row, numbered from 0 without gaps.
  ///   - count: how many groups there are, at least as many as parts.
  ///   - parts: those that get any.
  ///   - fractions: of each part, 0 for one that gets none.
  static func rows(
    groups: [Int], count: Int, strata: [Int]?, parts: [Int], fractions: [Double], seed: UInt64
  ) -> [[Int]] {
    var generator = RandomGenerator(seed: seed, for: .split)
    var assignment = GroupAssignment(
      groups: groups, count: count, strata: strata, parts: parts, fractions: fractions)
    assignment.fill(in: generator.permutation(count))
    assignment.improve()
    var rows = [[Int]](repeating: [], count: fractions.count)
    for (row, group) in groups.enumerated() { rows[assignment.partOf[group]].append(row) }
    return rows
  }

  /// Rows of a stratum; the last stratum is all rows, so that sizes count beside classes.
  private struct Share {
    var stratum: Int
    var rows: Double
  }

  private let shares: [[Share]]
  private let totals: [Double]
  private let parts: [Int]
  /// For each part and stratum the rows it has beyond those it shall have.
  private var excess: [[Double]]
  private var sizes: [Int]
  private var partOf: [Int]

  private init(groups: [Int], count: Int, strata: [Int]?, parts: [Int], fractions: [Double]) {
    let all = (strata?.max() ?? -1) + 1
    var rows = [[Int: Double]](repeating: [:], count: count)
    var totals = [Double](repeating: 0, count: all + 1)
    for (row, group) in groups.enumerated() {
      for stratum in (strata.map { [$0[row]] } ?? []) + [all] {
        rows[group][stratum, default: 0] += 1
        totals[stratum] += 1
      }
    }
    shares = rows.map {
      $0.sorted { $0.key < $1.key }.map { Share(stratum: $0.key, rows: $0.value) }
    }
    self.totals = totals
    self.parts = parts
    excess = fractions.map { fraction in totals.map { -fraction * $0 } }
    sizes = fractions.map { _ in 0 }
    partOf = [Int](repeating: -1, count: count)
  }

  /// How much farther from what is wanted the parts are with one group more: the squares of all
  /// distances, each over the rows of its stratum.
  private func cost(of group: Int, in part: Int) -> Double {
    shares[group].reduce(0) { sum, share in
      sum + share.rows * (share.rows + 2 * excess[part][share.stratum]) / totals[share.stratum]
    }
  }

  private mutating func add(_ group: Int, to part: Int) {
    for share in shares[group] { excess[part][share.stratum] += share.rows }
    sizes[part] += 1
    partOf[group] = part
  }

  private mutating func remove(_ group: Int) {
    let part = partOf[group]
    for share in shares[group] { excess[part][share.stratum] -= share.rows }
    sizes[part] -= 1
  }

  /// - Returns: how much farther from what is wanted the parts are now.
  private mutating func move(_ group: Int, to part: Int) -> Double {
    let old = partOf[group]
    remove(group)
    let change = cost(of: group, in: part) - cost(of: group, in: old)
    add(group, to: part)
    return change
  }

  /// Each group to where it is needed most, in this order.
  private mutating func fill(in order: [Int]) {
    for (place, group) in order.enumerated() {
      let empty = parts.filter { sizes[$0] == 0 }
      let open = order.count - place <= empty.count ? empty : parts
      add(group, to: open.min { cost(of: group, in: $0) < cost(of: group, in: $1) }!)
    }
  }

  /// Moves single groups, and exchanges two where there are few, until that helps no more.
  private mutating func improve() {
    for _ in 0..<20 {
      var isBetter = false
      for group in partOf.indices {
        for part in parts where part != partOf[group] && sizes[partOf[group]] > 1 {
          let old = partOf[group]
          if move(group, to: part) < -Self.least {
            isBetter = true
          } else {
            _ = move(group, to: old)
          }
        }
      }
      if partOf.count <= Self.fewGroups, exchange() { isBetter = true }
      if !isBetter { return }
    }
  }

  private mutating func exchange() -> Bool {
    var isBetter = false
    for one in partOf.indices {
      for other in 0..<one where partOf[one] != partOf[other] {
        let (first, second) = (partOf[one], partOf[other])
        if move(one, to: second) + move(other, to: first) < -Self.least {
          isBetter = true
        } else {
          _ = move(one, to: first) + move(other, to: second)
        }
      }
    }
    return isBetter
  }

  /// Less is rounding.
  private static let least = 1e-9
  private static let fewGroups = 300
}
