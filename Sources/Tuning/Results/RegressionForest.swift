import Engine

/// Trees of regression, each grown from a sample of the examples with repetition (Breiman, *Random forests*,
/// Machine Learning 45, 2001). Each question may be about any input.
struct RegressionForest: Sendable {
  let inputs: [TreeInput]
  let trees: [RegressionTree]
  /// The share of the variance that is predicted by those trees that have not seen the example: 1 − the sum
  /// of squared errors ÷ that of the mean. At or below 0 the forest knows nothing.
  let explained: Double

  static let usualCount = 64

  /// - Parameter examples: two at least.
  init(_ examples: TreeExamples, count: Int = usualCount, seed: UInt64) {
    inputs = examples.inputs
    let rows = examples.values.count
    var trees: [RegressionTree] = []
    var sums = Array(repeating: (sum: 0.0, count: 0), count: rows)
    for number in 0..<count {
      var random = RandomGenerator(seed: seed, for: .importanceTree(number))
      let drawn = (0..<rows).map { _ in random.below(rows) }
      let tree = RegressionTree(examples, rows: drawn, &random)
      let seen = Set(drawn)
      for row in 0..<rows where !seen.contains(row) {
        sums[row].sum += tree.prediction(at: examples.points[row])
        sums[row].count += 1
      }
      trees.append(tree)
    }
    self.trees = trees
    explained = Self.explained(examples.values, sums)
  }

  /// The mean of what the trees say.
  func prediction(at point: [Double]) -> Double {
    trees.reduce(0) { $0 + $1.prediction(at: point) } / Double(trees.count)
  }

  private static func explained(
    _ values: [Double], _ sums: [(sum: Double, count: Int)]
  ) -> Double {
    let known = values.indices.filter { sums[$0].count > 0 }
    guard !known.isEmpty else { return 0 }
    let mean = known.reduce(0) { $0 + values[$1] } / Double(known.count)
    var (errors, all) = (0.0, 0.0)
    for row in known {
      let error = values[row] - sums[row].sum / Double(sums[row].count)
      errors += error * error
      all += (values[row] - mean) * (values[row] - mean)
    }
    return all > 0 ? 1 - errors / all : 0
  }
}
