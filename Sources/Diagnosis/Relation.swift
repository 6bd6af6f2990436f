import Datasets

/// Do rows with similar inputs have similar answers? Asked of the data alone, without any network:
/// each row is compared with its nearest neighbour (Cover and Hart 1967).
public struct Relation: Codable, Sendable, Hashable {
  /// Classes: how often a row and its nearest neighbour agree. Numbers: their correlation.
  public var agreement: Double
  /// What shuffled answers would give.
  public var chance: Double
  /// By how many standard errors the agreement lies above chance.
  public var significance: Double

  /// Rows that were compared.
  public var rows: Int

  private static let most = 800

  /// Is there a relation, by the three-sigma rule?
  var isFound: Bool { significance > 3 }

  /// From so many rows on, an agreement of 0.3 above chance stands out.
  static let fewestRows = 100

  /// Would a relation be found?
  var isKnown: Bool { rows >= Self.fewestRows }

  init(_ data: Dataset, isClasses: Bool) {
    let count = min(Self.most, data.count)
    rows = count
    let given = (0..<count).map { data.inputs[$0] }
    let rows = given.map(ColumnScaling(given).applied)
    let answers = (0..<count).map { Double(data.targets[$0].first ?? 0) }
    let nearest = rows.indices.map { Self.nearest(to: $0, in: rows) }
    let pairs = zip(answers, nearest.map { answers[$0] })
    if isClasses {
      var shares: [Double: Double] = [:]
      for answer in answers { shares[answer, default: 0] += 1 / Double(count) }
      chance = shares.values.sorted().reduce(0) { $0 + $1 * $1 }
      agreement = Double(pairs.count { $0 == $1 }) / Double(count)
      let error = (chance * (1 - chance) / Double(count)).squareRoot()
      significance = error > 0 ? (agreement - chance) / error : 0
    } else {
      chance = 0
      let mean = answers.reduce(0, +) / Double(count)
      let variance = answers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let common = pairs.reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
      agreement = variance > 0 ? common / variance : 0
      significance = agreement * Double(count).squareRoot()
    }
  }

  private static func nearest(to row: Int, in rows: [[Float]]) -> Int {
    var best = (distance: Float.infinity, row: row == 0 ? rows.count - 1 : 0)
    for other in rows.indices where other != row {
      var distance: Float = 0
      for place in rows[row].indices {
        let difference = rows[row][place] - rows[other][place]
        distance += difference * difference
      }
      if distance < best.distance { best = (distance, other) }
    }
    return best.row
  }
}
