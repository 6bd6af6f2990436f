import Engine

/// A classifier's scores beside the true classes, checked once, from which every score is counted.
public struct ClassPredictions {
  /// At least 2.
  public let classCount: Int
  /// Row-major, `targets.count` × `classCount`; larger is likelier.
  public let scores: [Float]
  /// The true class of each example.
  public let targets: [Int]
  /// The class with the largest score; the first of equals.
  public let predicted: [Int]
  /// How much each example counts; nil where all count the same.
  public internal(set) var weights: [Double]?

  /// Two classes may come as one column of probabilities of class 1.
  /// - Throws: `Problem` for no examples, fewer than two classes, a count that does not fit, a
  ///   target that is no class, or a score that is not finite.
  init(scores: [Float], targets: [Int], classCount: Int) throws(Problem) {
    guard classCount >= 2 else {
      throw Problem.data("classes", expected: "at least 2 classes", found: "\(classCount)")
    }
    guard !targets.isEmpty else {
      throw Problem.data(
        "examples", expected: "at least 1 example", found: "none",
        fix: "score a part of the data that is not empty")
    }
    let (cells, overflow) = targets.count.multipliedReportingOverflow(by: classCount)
    let isOneColumn = classCount == 2 && scores.count == targets.count
    guard isOneColumn || (!overflow && scores.count == cells) else {
      throw Problem.data(
        "scores", expected: "\(targets.count) rows of \(classCount) scores",
        found: "\(scores.count) scores", fix: "give one score for each example and class")
    }
    if let row = targets.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw Problem.data(
        "target of example \(row + 1)", expected: "a class from 0 to \(classCount - 1)",
        found: "\(targets[row])")
    }
    if let cell = scores.firstIndex(where: { !$0.isFinite }) {
      throw Problem.data(
        "score of example \((isOneColumn ? cell : cell / classCount) + 1)",
        expected: "a finite number",
        found: "\(scores[cell])",
        fix: "look for inputs far beyond those of the training, or lower the learning rate")
    }
    self.classCount = classCount
    self.targets = targets
    self.scores = isOneColumn ? try Self.twoColumns(scores) : scores
    self.predicted = Self.largest(in: self.scores, rows: targets.count, columns: classCount)
  }

  private static func twoColumns(_ probabilities: [Float]) throws(Problem) -> [Float] {
    if let row = probabilities.firstIndex(where: { !(0...1).contains($0) }) {
      throw Problem.data(
        "score of example \(row + 1)", expected: "a probability of class 1, from 0 to 1",
        found: "\(probabilities[row])", fix: "apply the sigmoid to logits first")
    }
    return probabilities.indices.flatMap { TrainedModel.ofClasses(probabilities[$0...$0]) }
  }

  private static func largest(in scores: [Float], rows: Int, columns: Int) -> [Int] {
    (0..<rows).map { row in
      var best = 0
      for column in 1..<columns
      where scores[row * columns + column] > scores[row * columns + best] { best = column }
      return best
    }
  }

  /// How many examples have fewer than `k` classes before the true one, where a class is before
  /// another if its score is larger, or equal and its index smaller. With k = 1 these are the right
  /// predictions.
  func hits(among k: Int) -> Int {
    targets.indices.count { isHit($0, among: k) }
  }

  /// The share of those hits.
  func share(among k: Int) -> Double {
    guard weights != nil else { return Double(hits(among: k)) / Double(targets.count) }
    return weights.mean(of: targets.indices.map { isHit($0, among: k) ? 1 : 0 })
  }

  private func isHit(_ row: Int, among k: Int) -> Bool {
    let start = row * classCount
    let own = scores[start + targets[row]]
    var before = 0
    for column in 0..<classCount {
      let score = scores[start + column]
      if score > own || (score == own && column < targets[row]) { before += 1 }
    }
    return before < k
  }

  /// The curve of one class against the rest; nil without positives or negatives.
  func curve(of column: Int) -> AreaUnderCurve? {
    AreaUnderCurve(
      targets.indices.map { (scores[$0 * classCount + column], targets[$0] == column) },
      weights: weights)
  }

  /// Whether every row is a distribution: from 0 to 1, with a sum of 1 within 0.001.
  var areProbabilities: Bool {
    targets.indices.allSatisfy { row in
      let cells = scores[row * classCount..<(row + 1) * classCount]
      let sum = cells.reduce(0.0) { $0 + Double($1) }
      return cells.allSatisfy { (0...1).contains($0) } && (sum - 1).magnitude <= 1e-3
    }
  }

  /// −log p of the true class for each example, with p clipped to [2⁻²³, 1 − 2⁻²³], the resolution
  /// of the scores.
  var logLosses: [Double] {
    let smallest = Double(Float.ulpOfOne)
    return targets.indices.map { row in
      let p = Double(scores[row * classCount + targets[row]])
      return -Double.log(Swift.min(Swift.max(p, smallest), 1 - smallest))
    }
  }

  /// The mean of ``logLosses``; nil for scores that are no probabilities.
  var logLoss: Double? { areProbabilities ? weights.mean(of: logLosses) : nil }

  /// Right predictions, predictions and examples of each class.
  var tallies: ClassTallies {
    ClassTallies(
      targets: targets, predicted: predicted, weights: weights, classCount: classCount)
  }
}
