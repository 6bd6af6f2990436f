package import Datasets
import Engine
package import Networks

/// The best answer of somebody who sees no inputs: always the shares of the classes, the mean or
/// the median. What does not beat it has learned nothing.
package struct Baseline {
  private let loss: any Loss
  /// What a network would have to end with to answer so, one number for each output.
  private let outputs: [Double]

  /// - Parameter train: what the shares and means are taken from.
  package init(_ loss: any Loss, train: Dataset, classes: Int?) {
    self.loss = loss
    let columns = (0..<train.targets.shape.count).map { column in
      (0..<train.count).map { Double(train.targets[$0][column]) }.filter(\.isFinite)
    }
    let isScore = loss.output == .scores
    switch loss.target {
    case .classIndex:
      let shares = Self.shares(columns[0], classes ?? 2)
      outputs = isScore ? shares.map { .log($0) } : shares
    case .yesOrNo:
      // One half of a count more on each side, so that no answer is certain.
      let shares = columns.map { ($0.reduce(0, +) + 0.5) / Double($0.count + 1) }
      outputs = isScore ? shares.map { .log($0 / (1 - $0)) } : shares
    case .numbers:
      guard let quantiles = loss.quantiles ?? (loss.isLeastAtMedian ? [0.5] : nil) else {
        outputs = columns.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
        break
      }
      let sorted = columns.map { $0.sorted() }
      outputs = quantiles.flatMap { quantile in
        sorted.map { $0.isEmpty ? 0 : $0[Int(quantile * Double($0.count))] }
      }
    }
  }

  private static func shares(_ labels: [Double], _ classes: Int) -> [Double] {
    var counts = [Double](repeating: 0.5, count: classes)
    for label in labels where label >= 0 && Int(label) < classes { counts[Int(label)] += 1 }
    let total = counts.reduce(0, +)
    return counts.map { $0 / total }
  }

  /// The loss of each example, by the loss's own formula.
  package func losses(of data: Dataset) throws -> [Double] {
    // The answer is always the same, so rows of one target have one loss.
    var known: [[Float]: Int] = [:]
    var targets: [[Float]] = []
    let rows = (0..<data.count).map { row -> Int? in
      let target = Array(data.targets[row])
      // A label that is no class has no loss.
      if loss.hasClassTargets, !(0..<Float(outputs.count)).contains(target[0]) { return nil }
      if let place = known[target] { return place }
      known[target] = targets.count
      targets.append(target)
      return targets.count - 1
    }
    guard !targets.isEmpty else { return rows.map { _ in .nan } }
    let graph = Graph()
    let shape = try TensorShape(checking: [targets.count, outputs.count])
    let output = try graph.input("output", shape: shape)
    let target = try graph.input(
      "target",
      shape: TensorShape(
        checking: loss.hasClassTargets ? [targets.count] : [targets.count, targets[0].count]))
    let each = try graph.evaluate(
      [loss.perExample(output, target)],
      feeding: [
        "output": targets.flatMap { _ in outputs }, "target": targets.joined().map(Double.init),
      ])[0]
    return rows.map { row in row.map { each[$0] } ?? .nan }
  }
}
