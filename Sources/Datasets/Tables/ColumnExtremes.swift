/// The least and the greatest number of a column, and how often these stand there if they may say that there
/// is no value: what one must know of the parts of a column to know it of the whole.
struct ColumnExtremes: Sendable, Equatable {
  /// A number that may stand for a missing one, and its cells.
  struct Sentinel: Codable, Sendable, Equatable {
    let number: Double
    var count: Int
  }

  /// Of the other numbers; nil where there are none.
  private var least: Double?
  private var greatest: Double?
  /// Those that are the least or the greatest number of some part.
  private var sentinels: [Sentinel] = []

  init() {}

  init(_ numbers: NumberCells) {
    guard let bounds = numbers.bounds else { return }
    let ends = [bounds.least, bounds.greatest].filter(Self.isSentinel)
    guard !ends.isEmpty else {
      (least, greatest) = (bounds.least, bounds.greatest)
      return
    }
    for number in numbers where !number.isNaN {
      if ends.contains(number) { add(number, 1) } else { widen(number, number) }
    }
  }

  private mutating func add(_ number: Double, _ count: Int) {
    if let place = sentinels.firstIndex(where: { $0.number == number }) {
      sentinels[place].count += count
    } else {
      sentinels.append(Sentinel(number: number, count: count))
    }
  }

  private mutating func widen(_ low: Double, _ high: Double) {
    least = min(least ?? low, low)
    greatest = max(greatest ?? high, high)
  }

  /// Adds those of a later part.
  mutating func add(_ later: ColumnExtremes) {
    for sentinel in later.sentinels { add(sentinel.number, sentinel.count) }
    if let low = later.least, let high = later.greatest { widen(low, high) }
  }

  /// A number that stands for a missing one in many files, where it lies far from all others.
  func note(onColumn name: String) -> String? {
    let values = sentinels.map(\.number) + [least, greatest].compactMap(\.self)
    guard let low = values.min(), let high = values.max() else { return nil }
    for extreme in [low, high] {
      // Inside of another part it would not have been counted, but then it is no extreme.
      guard let sentinel = sentinels.first(where: { $0.number == extreme }) else { continue }
      let others = values.filter { $0 != extreme }
      guard let first = others.min(), let last = others.max() else { continue }
      let gap = extreme < first ? first - extreme : extreme - last
      guard sentinel.count >= 3, gap > 2 * (last - first) else { continue }
      let text = Column.label(extreme)
      return "column `\(name)`: \(sentinel.count) cells are `\(text)`, far from the others "
        + "(\(Column.label(first)) to \(Column.label(last))); add `\(text)` to `missing` if it says "
        + "that there is no value"
    }
    return nil
  }

  /// `-1`, or nines with a sign or without.
  private static func isSentinel(_ number: Double) -> Bool {
    number == -1 || number.magnitude >= 9 && Column.label(number.magnitude).allSatisfy { $0 == "9" }
  }
}

extension ColumnExtremes: Codable {
  private enum CodingKeys: String, CodingKey { case least, greatest, sentinels }

  /// Numbers that are none are left out, as if no cell had them.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let ends = try [CodingKeys.least, .greatest].map {
      try values.decodeIfPresent(Double.self, forKey: $0)
    }
    if let low = ends[0], let high = ends[1], low <= high { (least, greatest) = (low, high) }
    for found in try values.decodeIfPresent([Sentinel].self, forKey: .sentinels) ?? [] {
      if found.number.isFinite, (1...1 << 40).contains(found.count) {
        add(found.number, found.count)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(least, forKey: .least)
    try values.encodeIfPresent(greatest, forKey: .greatest)
    if !sentinels.isEmpty { try values.encode(sentinels, forKey: .sentinels) }
  }
}
