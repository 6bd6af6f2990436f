import Engine

/// How much of the differences between trials comes from each setting: a functional analysis of variance of
/// a forest of regression trees.
///
/// Every value between a setting's bounds is as likely as any other, in logarithms where the space counts in
/// those. A setting that is there only beside some values of another has no effect where it is not there.
package struct SettingImportance: Sendable, Hashable, Codable {
  /// What one setting, or two together beyond what each does alone, account for.
  package struct Share: Sendable, Hashable, Codable {
    /// One or two, in the order of the space.
    package let settings: [String]
    /// Of the variance, from 0 to 1: the mean over the trees.
    package let share: Double
    /// Nine of ten trees, each grown from another sample of the trials, have this share at least.
    package let low: Double
    /// Nine of ten trees have this share at most.
    package let high: Double
  }

  /// Every setting of the space, the most important first.
  package let settings: [Share]
  /// The strongest pairs.
  package let pairs: [Share]
  /// What all other pairs and three or more settings together account for.
  package let rest: Double
  /// The share of the variance that trees foresee in trials that they have not seen, at most 1.
  package let explained: Double
  /// How many trials it is measured on: complete ones.
  package let trials: Int
  /// How many of them had so bad a value that a milder one stands for it.
  package let limited: Int

  private enum CodingKeys: String, CodingKey {
    case settings, pairs, rest, explained, trials, limited
  }

  /// Fewer trials say nothing.
  package static let fewest = 10
  private static let mostPairs = 5

  /// - Throws: why nothing is known yet.
  package init(of record: StudyRecord) throws(TooLittleKnown) {
    try self.init(of: record, StudyForest(of: record))
  }

  init(of record: StudyRecord, _ forest: StudyForest) throws(TooLittleKnown) {
    let parts = forest.forest.trees.compactMap {
      VarianceShares($0, inputs: forest.forest.inputs)
    }
    guard !parts.isEmpty else {
      throw TooLittleKnown(reason: "no setting tells the trials apart")
    }
    let names = record.dimensions.map(\.name)
    settings = Self.sorted(
      names.indices.map { place in Share([names[place]], parts.map { $0.single[place] }) })
    let pairs = Set(parts.flatMap(\.pairs.keys)).sorted {
      ($0.first, $0.second) < ($1.first, $1.second)
    }.map { pair in
      Share([names[pair.first], names[pair.second]], parts.map { $0.pairs[pair] ?? 0 })
    }
    self.pairs = Array(Self.sorted(pairs).prefix(Self.mostPairs))
    rest = max(0, 1 - (settings + self.pairs).reduce(0) { $0 + $1.share })
    explained = forest.forest.explained
    trials = forest.trials
    limited = forest.limited
  }

  private static func sorted(_ shares: [Share]) -> [Share] {
    shares.enumerated().sorted { ($1.element.share, $0.offset) < ($0.element.share, $1.offset) }
      .map(\.element)
  }
}

extension SettingImportance.Share {
  /// - Parameter shares: one for each tree.
  fileprivate init(_ settings: [String], _ shares: [Double]) {
    let sorted = shares.sorted()
    func quantile(_ part: Double) -> Double {
      sorted[Int((part * Double(sorted.count - 1)).rounded())]
    }
    self.init(
      settings: settings, share: shares.reduce(0, +) / Double(shares.count), low: quantile(0.1),
      high: quantile(0.9))
  }
}

/// A forest that foresees the cost of a point of a study's space.
struct StudyForest {
  let forest: RegressionForest
  let trials: Int
  let limited: Int
  private let dimensions: [SearchDimension]

  /// - Throws: why nothing is known yet.
  init(of record: StudyRecord) throws(TooLittleKnown) {
    dimensions = record.dimensions
    let known = record.complete.map { (point: $0.point, cost: record.objective.cost($0.value!)) }
      .filter { $0.cost.isFinite && $0.point.count == record.dimensions.count }
    guard known.count >= SettingImportance.fewest else {
      throw TooLittleKnown(
        reason: "\(known.count) trials are complete, and importance is measured from "
          + "\(SettingImportance.fewest)")
    }
    let costs = known.map(\.cost)
    let limit = Self.limit(costs)
    let dimensions = record.dimensions
    forest = RegressionForest(
      TreeExamples(
        inputs: dimensions.map(\.treeInput),
        points: known.map { Self.inputs($0.point, dimensions) },
        values: costs.map { min($0, limit) }),
      seed: record.seed)
    trials = known.count
    limited = costs.count { $0 > limit }
    guard forest.explained > 0 else {
      throw TooLittleKnown(
        reason: "the settings do not foresee the value of trials that are left out, so the "
          + "\(known.count) complete trials differ by chance as far as can be seen")
    }
  }

  /// The cost that is expected at a point.
  func cost(at point: SearchPoint) -> Double {
    forest.prediction(at: Self.inputs(point, dimensions))
  }

  private static func inputs(
    _ point: SearchPoint, _ dimensions: [SearchDimension]
  ) -> [Double] {
    zip(point, dimensions).map { value, dimension in
      guard let value else { return .nan }
      if case .choice(let count) = dimension.domain {
        return min(Double(count - 1), max(0, value.rounded()))
      }
      return dimension.domain.place(of: value)
    }
  }

  /// A few trials that got nowhere would be all there is to explain: costs are counted up to three times the
  /// distance between the quartiles above the upper one (Tukey's outer fence).
  private static func limit(_ costs: [Double]) -> Double {
    let sorted = costs.sorted()
    let (low, high) = (sorted[sorted.count / 4], sorted[sorted.count * 3 / 4])
    return high > low ? high + 3 * (high - low) : .infinity
  }
}

extension SearchDimension {
  fileprivate var treeInput: TreeInput {
    if case .choice(let count) = domain { .choice(count: count) } else { .number }
  }
}
