/// Sharing out whole rows by fractions.
enum Apportionment {
  /// Parts of a whole by largest remainder: the exact share rounded down, and the rows left over to
  /// the parts with the largest fractions of a row, the earlier part first.
  static func sizes(of count: Int, _ fractions: [Double]) -> [Int] {
    let exact = fractions.map { exactShare(count, $0) }
    var sizes = exact.map { Int($0) }
    let order = fractions.indices.sorted {
      (exact[$1] - Double(sizes[$1]), $0) < (exact[$0] - Double(sizes[$0]), $1)
    }
    for part in order.prefix(count - sizes.reduce(0, +)) { sizes[part] += 1 }
    return sizes
  }

  /// The rows of each group in each part: every number is the exact share rounded down or up, the
  /// rows of a group sum to its count and those of a part to its size.
  ///
  /// Rounding down leaves each group a few rows, at most one for each part. They are placed one after
  /// the other; when the parts a row may go to are full, rows placed before are moved along (an
  /// augmenting path). With three parts whose sizes are themselves rounded shares a place always
  /// exists: it is a transport problem whose fractional solution is the exact shares.
  ///
  /// Groups too small for a row of the first part by their share alone get the rows left over there first,
  /// and are moved last, so that few classes are met in a later part only.
  static func shares(of counts: [Int], _ fractions: [Double], _ sizes: [Int]) -> [[Int]] {
    let parts = fractions.indices
    var shares = counts.map { count in fractions.map { Int(exactShare(count, $0)) } }
    var room = parts.map { part in sizes[part] - shares.reduce(0) { $0 + $1[part] } }
    /// Whether a group has been given one more row than its share rounded down.
    var isRaised = counts.map { _ in parts.map { _ in false } }
    let remainder = counts.map { count in
      fractions.map { exactShare(count, $0) - exactShare(count, $0).rounded(.down) }
    }

    let small = counts.indices.filter { shares[$0][0] == 0 }
    let large = counts.indices.filter { shares[$0][0] > 0 }

    func place(_ group: Int, _ visited: inout Set<Int>) -> Bool {
      let order = parts.filter { remainder[group][$0] > 0 && !isRaised[group][$0] }
        .sorted { (remainder[group][$1], $0) < (remainder[group][$0], $1) }
      for part in order where room[part] > 0 {
        room[part] -= 1
        isRaised[group][part] = true
        return true
      }
      for part in order where visited.insert(part).inserted {
        for other in large + small where other != group && isRaised[other][part] {
          isRaised[other][part] = false
          isRaised[group][part] = true
          if place(other, &visited) { return true }
          isRaised[other][part] = true
          isRaised[group][part] = false
        }
      }
      return false
    }

    for group in small + large {
      for _ in 0..<(counts[group] - shares[group].reduce(0, +)) {
        var visited: Set<Int> = []
        let isPlaced = place(group, &visited)
        precondition(isPlaced)
      }
    }
    for group in counts.indices {
      for part in parts where isRaised[group][part] { shares[group][part] += 1 }
    }
    return shares
  }

  /// count · fraction, where a product that is a whole number but for rounding is that number.
  private static func exactShare(_ count: Int, _ fraction: Double) -> Double {
    let share = Double(count) * fraction
    let whole = share.rounded()
    return (share - whole).magnitude < 1e-9 * max(1, whole) ? whole : share
  }
}
