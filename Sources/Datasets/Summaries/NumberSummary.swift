import Engine

/// How some numbers are spread.
public struct NumberSummary: Codable, Sendable, Hashable {
  /// In the unit of the numbers, as all that follow.
  public var mean: Double
  /// Of the population: the mean square of the distances from the mean, its root.
  public var deviation: Double
  /// Eleven numbers: the least, nine that cut the sorted numbers into tenths, the greatest. Between two
  /// numbers the line that joins them counts, as in NumPy's `quantile`.
  public var deciles: [Double]
  /// How many of the numbers are at most each of the deciles; nil in models of before. Where a number is
  /// frequent, several deciles are equal, and these alone say how frequent.
  public var counts: [Int]?

  public var minimum: Double { deciles[0] }
  public var maximum: Double { deciles[10] }
  public var median: Double { deciles[5] }

  /// - Returns: nil for no numbers. Numbers that are not finite are left out.
  public init?(_ numbers: [Double]) {
    let sorted = numbers.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let spread = Spread(sorted)
    (mean, deviation) = (spread.mean, spread.deviation)
    deciles = (0...10).map { tenth in
      let place = Double(tenth * (sorted.count - 1)) / 10
      let (below, share) = (Int(place), place - place.rounded(.down))
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + share * (sorted[above] - sorted[below])
    }
    var seen = 0
    counts = deciles.map { decile in
      while seen < sorted.count, sorted[seen] <= decile { seen += 1 }
      return seen
    }
  }

  private enum CodingKeys: String, CodingKey { case mean, deviation, deciles, counts }

  /// - Throws: `Problem` for anything but eleven ascending numbers.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    mean = try fields.decode(Double.self, forKey: .mean)
    deviation = try fields.decode(Double.self, forKey: .deviation)
    deciles = try fields.decode([Double].self, forKey: .deciles)
    guard deciles.count == 11, zip(deciles, deciles.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw Problem.data(
        "deciles", expected: "eleven numbers, ascending", found: "\(deciles.count) numbers")
    }
    counts = try fields.decodeIfPresent([Int].self, forKey: .counts)
    if let counts {
      guard counts.count == 11, counts.first! > 0, counts.last! < 1 << 40,
        zip(counts, counts.dropFirst()).allSatisfy({ $0 <= $1 })
      else {
        throw Problem.data(
          "counts", expected: "eleven whole numbers, ascending", found: "\(counts.count) numbers")
      }
    }
  }
}
