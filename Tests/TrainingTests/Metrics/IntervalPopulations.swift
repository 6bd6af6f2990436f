import Engine

@testable import Training

/// Worlds whose true scores are known, to see how often the intervals of small test sets hold them.
struct IntervalPopulation: Sendable {
  let name: String
  /// The scores, by name, of a test set of so many rows.
  let scores: @Sendable (_ rows: Int, _ generator: inout RandomGenerator) throws -> [String: Score]

  /// The true scores, of so many rows that their error is small beside any interval.
  private func truth(rows: Int) throws -> [String: Double] {
    var generator = RandomGenerator(seed: 99)
    return try scores(400 * rows, &generator).compactMapValues(\.value)
  }

  /// How often the intervals of a score were there, and held its true value.
  struct Coverage {
    var printed = 0
    var held = 0
    /// Of the intervals that were there.
    var share: Double { Double(held) / Double(max(1, printed)) }
  }

  /// The coverage of each score by test sets of so many rows.
  func coverage(rows: Int, experiments: Int, seed: UInt64 = 1) throws -> [String: Coverage] {
    let truth = try truth(rows: rows)
    var generator = RandomGenerator(seed: seed, stream: UInt64(rows))
    var found: [String: Coverage] = [:]
    for _ in 0..<experiments {
      for (name, score) in try scores(rows, &generator) {
        guard let low = score.low, let high = score.high, let value = truth[name] else { continue }
        found[name, default: Coverage()].printed += 1
        if low <= value, value <= high { found[name]!.held += 1 }
      }
    }
    return found
  }

  // MARK: Classes

  /// Two classes: the logit is normal, and the label is drawn with its probability; the model says the
  /// logit times `confidence`.
  static func binary(
    _ name: String, mean: Double, deviation: Double, confidence: Double = 1
  ) -> Self {
    classes(name, count: 2) { generator in
      let logit = mean + deviation * generator.normal()
      let target = generator.uniform() < 1 / (1 + Double.exp(-logit)) ? 1 : 0
      let p = 1 / (1 + Double.exp(-confidence * logit))
      return ([Float(1 - p), Float(p)], target)
    }
  }

  /// Several classes: the true one's logit is raised by `distance`, and the model says the softmax of all
  /// logits times `confidence`.
  static func multiclass(
    _ name: String, shares: [Double], distance: Double, confidence: Double
  ) -> Self {
    classes(name, count: shares.count) { generator in
      var place = generator.uniform()
      var target = 0
      while target < shares.count - 1, place >= shares[target] {
        place -= shares[target]
        target += 1
      }
      let powers = shares.indices.map { c in
        Double.exp(confidence * (generator.normal() + (c == target ? distance : 0)))
      }
      let sum = powers.reduce(0, +)
      return (powers.map { Float($0 / sum) }, target)
    }
  }

  private static func classes(
    _ name: String, count: Int,
    _ draw: @escaping @Sendable (inout RandomGenerator) -> (scores: [Float], target: Int)
  ) -> Self {
    Self(name: name) { rows, generator in
      var scores: [Float] = []
      var targets: [Int] = []
      for _ in 0..<rows {
        let row = draw(&generator)
        scores += row.scores
        targets.append(row.target)
      }
      let report = try ClassificationReport(
        labels: (0..<count).map { "\($0)" }, scores: scores, targets: targets, topK: 2)
      var found = [
        "accuracy": report.accuracy, "precision": report.classes[1].precision,
        "recall": report.classes[1].recall, "F1": report.classes[1].f1,
        "AUC of a class": report.classes[1].auc, "macro precision": report.macro.precision,
        "macro recall": report.macro.recall, "macro F1": report.macro.f1,
        "weighted precision": report.weighted.precision, "weighted F1": report.weighted.f1,
        "log loss": report.logLoss,
      ]
      if count > 2 {
        found["top-2 accuracy"] = report.topKAccuracy
        found["mean AUC"] = report.auc
      }
      return found
    }
  }

  // MARK: Numbers

  /// A target that is a part the model knows and an error that it does not.
  static func numbers(
    _ name: String, known: @escaping @Sendable (inout RandomGenerator) -> Double,
    error: @escaping @Sendable (inout RandomGenerator) -> Double
  ) -> Self {
    Self(name: name) { rows, generator in
      var predictions: [Float] = []
      var targets: [Float] = []
      for _ in 0..<rows {
        let prediction = known(&generator)
        predictions.append(Float(prediction))
        targets.append(Float(prediction + error(&generator)))
      }
      let scores = try RegressionReport(predictions: predictions, targets: targets).outputs[0]
      return ["MAE": scores.mae, "RMSE": scores.rmse, "R²": scores.r2]
    }
  }

  private static func exponential(_ generator: inout RandomGenerator) -> Double {
    -Double.log(1 - generator.uniform())
  }

  /// What the promise is about.
  static let all: [IntervalPopulation] = [
    binary("two classes", mean: 0, deviation: 2),
    binary("two classes, over-confident", mean: 0, deviation: 1.5, confidence: 2),
    binary("two classes, one in ten", mean: -3.5, deviation: 2),
    binary("two classes, few mistakes", mean: 1, deviation: 8),
    multiclass("three classes", shares: [0.4, 0.3, 0.3], distance: 1.5, confidence: 1.5),
    multiclass("three unequal classes", shares: [0.6, 0.3, 0.1], distance: 2, confidence: 3),
    multiclass(
      "ten classes", shares: [Double](repeating: 0.1, count: 10), distance: 2.5, confidence: 2),
    numbers("normal errors", known: { 1.5 * $0.normal() }, error: { $0.normal() }),
    numbers("even errors", known: { 3 * $0.uniform() }, error: { $0.uniform() - 0.5 }),
    numbers(
      "Laplace errors", known: { 4 * $0.normal() },
      error: { generator in
        let size = exponential(&generator)
        return generator.uniform() < 0.5 ? size : -size
      }),
    numbers(
      "Student errors", known: { 2 * $0.normal() },
      error: { generator in
        // Five degrees of freedom.
        let square = (0..<5).reduce(0.0) { sum, _ in
          let number = generator.normal()
          return sum + number * number
        }
        return generator.normal() / (square / 5).squareRoot()
      }),
    numbers(
      "skewed target", known: { 2 * exponential(&$0) }, error: { $0.normal() }),
  ]
}
