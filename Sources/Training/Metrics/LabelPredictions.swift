package import Engine

/// The probabilities of labels beside the true ones, checked once.
package struct LabelPredictions {
  /// How many examples.
  package let count: Int
  /// How many labels an example may have.
  package let labels: Int
  /// Row-major, examples × labels.
  let probabilities: [Float]
  let truths: [Bool]
  /// How much each example counts; nil where all count the same.
  var weights: [Double]?

  /// Whether a label is answered.
  package static func isYes(_ probability: Float) -> Bool { probability > 0.5 }

  /// - Parameters:
  ///   - probabilities: row-major, examples × labels, each from 0 to 1.
  ///   - targets: as many, 1 for a label that the example has and 0 for one that it has not.
  /// - Throws: `Problem` for no examples, counts that do not fit, or other numbers.
  package init(_ probabilities: [Float], targets: [Float], labels: Int) throws(Problem) {
    guard labels >= 1, !targets.isEmpty, targets.count.isMultiple(of: labels),
      probabilities.count == targets.count
    else {
      throw Problem.data(
        "labels", expected: "a probability and a target for each of \(labels) labels of an example",
        found: "\(probabilities.count) probabilities and \(targets.count) targets")
    }
    if let cell = probabilities.firstIndex(where: { !(0...1).contains($0) }) {
      throw Problem.data(
        "score of example \(cell / labels + 1)", expected: "a probability from 0 to 1",
        found: "\(probabilities[cell])", fix: "apply the sigmoid to logits first")
    }
    if let cell = targets.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw Problem.data(
        "target of example \(cell / labels + 1)", expected: "0 or 1", found: "\(targets[cell])")
    }
    count = targets.count / labels
    self.labels = labels
    self.probabilities = probabilities
    truths = targets.map { $0 == 1 }
  }

  /// 1 for an example with every label right, else 0.
  var exact: [Double] {
    (0..<count).map { row in
      let isExact = (row * labels..<(row + 1) * labels).allSatisfy {
        Self.isYes(probabilities[$0]) == truths[$0]
      }
      return isExact ? 1 : 0
    }
  }

  /// The share of single labels that are wrong.
  var hammingLoss: Double {
    let all = total
    let wrong = all.predictions + all.support - 2 * all.hits
    return wrong / (Double(labels) * (weights?.reduce(0, +) ?? Double(count)))
  }

  /// Right answers of yes, answers of yes and true ones of a label, each as often as it counts.
  func tally(of label: Int) -> (hits: Double, predictions: Double, support: Double) {
    var tally = (hits: 0.0, predictions: 0.0, support: 0.0)
    for cell in stride(from: label, to: truths.count, by: labels) {
      let isYes = Self.isYes(probabilities[cell])
      let weight = weights?[cell / labels] ?? 1
      if isYes { tally.predictions += weight }
      if truths[cell] { tally.support += weight }
      if isYes, truths[cell] { tally.hits += weight }
    }
    return tally
  }

  /// Right answers of yes, answers of yes and true ones of all labels together.
  var total: (hits: Double, predictions: Double, support: Double) {
    (0..<labels).map(tally).reduce((0, 0, 0)) {
      ($0.0 + $1.hits, $0.1 + $1.predictions, $0.2 + $1.support)
    }
  }

  /// Of one label; nil without examples that have it, or without such that have it not.
  func curve(of label: Int) -> AreaUnderCurve? {
    AreaUnderCurve(
      stride(from: label, to: truths.count, by: labels).map { (probabilities[$0], truths[$0]) },
      weights: weights)
  }
}

/// A quotient; 0 where it would divide by zero.
func share(_ part: Double, _ whole: Double) -> Double { whole == 0 ? 0 : part / whole }
