package import Datasets
import Formatting

/// What training saw of one column, in the bins that recent rows are counted in too.
package struct ReferenceColumn: Sendable {
  let name: String
  let role: ColumnDrift.Role
  /// What each bin holds, in words; the last one is of missing values.
  package let bins: [String]
  /// How many values of training each holds.
  let counts: [Int]
  package let scale: Scale
  /// Why nothing can be compared; nil where it can.
  let reason: String?

  /// How values find their bin.
  package enum Scale: Sendable {
    /// The upper ends of all bins but the last, which belong to them.
    case numbers(edges: [Double], range: ClosedRange<Double>)
    /// The bins of names; others that training saw are in the bin after them, all else in the next.
    case categories([String: Int], known: Set<String>)
  }

  /// - Parameter known: the categories that training saw, of which the summary counts the most frequent.
  package init(_ summary: ColumnSummary, _ role: ColumnDrift.Role, known: [String] = []) {
    guard let categories = summary.categories else {
      self.init(
        summary.name, role, summary.numbers, count: summary.count, missing: summary.missing)
      return
    }
    let places = categories.enumerated().map { ($1.category, $0) }
    self.init(
      name: summary.name, role: role,
      bins: categories.map(\.category) + ["others", "not seen in training", "missing"],
      counts: categories.map(\.count) + [summary.others ?? 0, 0, summary.missing],
      scale: .categories(
        Dictionary(places) { first, _ in first }, known: Set(known + categories.map(\.category))))
  }

  /// Of numbers.
  package init(
    _ name: String, _ role: ColumnDrift.Role, _ numbers: NumberSummary?, count: Int,
    missing: Int = 0
  ) {
    guard let numbers else {
      self.init(
        name: name, role: role, bins: ["any number", "missing"], counts: [0, missing],
        scale: .numbers(edges: [], range: 0...0), reason: "training saw no value of it")
      return
    }
    let inner = 1...9
    var edges: [Double] = []
    var upTo: [Int] = []
    for tenth in inner where edges.last != numbers.deciles[tenth] {
      edges.append(numbers.deciles[tenth])
      // Without ties a tenth of the numbers lies between two neighbours.
      upTo.append(numbers.counts?[tenth] ?? tenth * count / 10)
    }
    upTo.append(count)
    self.init(
      name: name, role: role, bins: Self.names(edges) + ["missing"],
      counts: zip(upTo, [0] + upTo).map { $0 - $1 } + [missing],
      scale: .numbers(edges: edges, range: numbers.minimum...numbers.maximum),
      reason: numbers.counts == nil && edges.count < inner.count
        ? "the model is of a version that did not count frequent numbers; train it again" : nil)
  }

  private init(
    name: String, role: ColumnDrift.Role, bins: [String], counts: [Int], scale: Scale,
    reason: String? = nil
  ) {
    (self.name, self.role, self.bins) = (name, role, bins)
    (self.counts, self.scale, self.reason) = (counts, scale, reason)
  }

  private static func names(_ edges: [Double]) -> [String] {
    edges.indices.map { place in
      place == 0
        ? "up to \(edges[0].brief)" : "over \(edges[place - 1].brief) to \(edges[place].brief)"
    } + ["over \(edges.last!.brief)"]
  }

  /// Values that training had.
  var count: Int { counts.reduce(0, +) }

  var isOrdered: Bool {
    if case .numbers = scale { true } else { false }
  }
}

/// Recent values of a column, counted in the bins of its reference.
package struct ObservedColumn: Sendable {
  private(set) var counts: [Int]
  private(set) var unseen = 0
  private(set) var outOfRange = 0

  /// - Parameter counts: of a number for each bin, what was counted elsewhere.
  package init(_ reference: ReferenceColumn, counts: [Int]? = nil) {
    self.counts = counts ?? [Int](repeating: 0, count: reference.bins.count)
  }

  var count: Int { counts.reduce(0, +) }
  var missing: Int { counts[counts.count - 1] }

  mutating func addMissing() { counts[counts.count - 1] += 1 }

  /// Counts a number; one that is not finite is missing.
  package mutating func add(_ number: Double, _ reference: ReferenceColumn) {
    guard number.isFinite, case .numbers(let edges, let range) = reference.scale else {
      return addMissing()
    }
    var (low, high) = (0, edges.count)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] < number { low = middle + 1 } else { high = middle }
    }
    counts[low] += 1
    if !range.contains(number) { outOfRange += 1 }
  }

  /// Counts a category.
  mutating func add(_ category: String, _ reference: ReferenceColumn) {
    guard case .categories(let places, let known) = reference.scale else { return addMissing() }
    if let place = places[category] {
      counts[place] += 1
    } else if known.contains(category) {
      addOther()
    } else {
      addUnseen()
    }
  }

  /// Counts one of the rarer categories of training.
  mutating func addOther() { counts[counts.count - 3] += 1 }

  /// Counts a category that training did not see.
  mutating func addUnseen() {
    counts[counts.count - 2] += 1
    unseen += 1
  }

  /// Adds what others were counted.
  mutating func add(_ other: ObservedColumn) {
    for place in counts.indices { counts[place] += other.counts[place] }
    unseen += other.unseen
    outOfRange += other.outOfRange
  }
}
