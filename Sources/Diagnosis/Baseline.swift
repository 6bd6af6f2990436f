import Datasets
import Engine
import Networks

/// The best answer of somebody who sees no inputs: always the shares of the classes, the mean or
/// the median. What does not beat it has learned nothing.
struct Baseline {
  private let loss: Loss
  /// The share of each class, or one answer for each output.
  private let answers: [Double]
  private let scale: Double

  /// - Parameter train: what the shares and means are taken from.
  init(_ loss: Loss, train: Dataset, classes: Int?) {
    self.loss = loss
    let outputs = train.targets.shape.count
    let columns = (0..<outputs).map { column in
      (0..<train.count).map { Double(train.targets[$0][column]) }.filter(\.isFinite)
    }
    scale = Double(outputs)
    switch loss {
    case .crossEntropy, .crossEntropyOnProbabilities:
      answers = Self.shares(columns[0], classes ?? 2)
    case .binaryCrossEntropy, .binaryCrossEntropyOnProbabilities:
      // One half of a count more on each side, so that no answer is certain.
      answers = columns.map { ($0.reduce(0, +) + 0.5) / Double($0.count + 1) }
    case .meanAbsoluteError, .huber:
      answers = columns.map { $0.isEmpty ? 0 : $0.sorted()[$0.count / 2] }
    case .meanSquaredError, .halfSumOfSquares:
      answers = columns.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
    }
  }

  private static func shares(_ labels: [Double], _ classes: Int) -> [Double] {
    var counts = [Double](repeating: 0.5, count: classes)
    for label in labels where label >= 0 && Int(label) < classes { counts[Int(label)] += 1 }
    let total = counts.reduce(0, +)
    return counts.map { $0 / total }
  }

  /// The loss of one example.
  func loss(of target: [Float]) -> Double {
    let y = target.map(Double.init)
    switch loss {
    case .crossEntropy, .crossEntropyOnProbabilities:
      guard y[0] >= 0, Int(y[0]) < answers.count else { return .nan }
      return -Double.log(answers[Int(y[0])])
    case .binaryCrossEntropy, .binaryCrossEntropyOnProbabilities:
      return mean(y) { -$0 * Double.log($1) - (1 - $0) * Double.log(1 - $1) }
    case .meanSquaredError: return mean(y) { ($0 - $1) * ($0 - $1) }
    case .halfSumOfSquares: return scale * mean(y) { ($0 - $1) * ($0 - $1) / 2 }
    case .meanAbsoluteError: return mean(y) { ($0 - $1).magnitude }
    case .huber(let delta):
      return mean(y) {
        let error = ($0 - $1).magnitude
        return error <= delta ? error * error / 2 : delta * (error - delta / 2)
      }
    }
  }

  /// The loss of each example.
  func losses(of data: Dataset) -> [Double] { (0..<data.count).map { loss(of: data.targets[$0]) } }

  private func mean(_ y: [Double], _ term: (Double, Double) -> Double) -> Double {
    zip(y, answers).reduce(0) { $0 + term($1.0, $1.1) } / scale
  }
}
