import Engine

/// What can be printed after every epoch: point estimates, cheap to compute. Raw values are the names
/// in configuration files.
public enum Metric: String, CaseIterable, Codable, Sendable {
  /// Share of examples whose largest score is the true class's.
  case accuracy
  /// Share of examples whose true class is among the five (or `k`) largest scores.
  case topKAccuracy = "top_k_accuracy"
  /// Right share of the predictions: of class 1 with two classes, else the mean over classes.
  case precision
  /// Found share of the examples: of class 1 with two classes, else the mean over classes.
  case recall
  /// Harmonic mean of precision and recall: of class 1 with two classes, else the mean over classes.
  case f1
  /// Area under the receiver operating characteristic: of class 1 with two classes, else the mean of
  /// one class against the rest.
  case auc
  /// Mean of −log p of the true class. Needs probabilities.
  case logLoss = "log_loss"
  /// Mean absolute error, in the target's unit.
  case mae
  /// Mean squared error, in the target's unit squared.
  case mse
  /// Root of the mean squared error, in the target's unit.
  case rmse
  /// Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
  case r2

  /// What kind of model a metric is for.
  public enum Task: String, Codable, Sendable {
    /// The target is one of several classes.
    case classification
    /// The targets are numbers.
    case regression
  }

  /// The kind of model this metric is for.
  public var task: Task {
    switch self {
    case .mae, .mse, .rmse, .r2: .regression
    default: .classification
    }
  }

  /// Whether a larger value is a better model.
  public var largerIsBetter: Bool {
    switch self {
    case .logLoss, .mae, .mse, .rmse: false
    default: true
    }
  }

  /// The metric of a classifier; nil where it is undefined for these examples (AUC of a class that
  /// has no examples, log loss of scores that are not probabilities).
  /// - Parameters:
  ///   - scores: row-major, `targets.count` × `classCount`, or one column of probabilities of class 1.
  ///   - targets: the true class of each example.
  ///   - classCount: how many classes there are.
  ///   - k: how many classes may be named by `topKAccuracy`.
  /// - Throws: `Problem` for scores and targets that cannot be used, or a metric of regression.
  public func value(
    scores: [Float], targets: [Int], classCount: Int, k: Int = 5
  ) throws(Problem) -> Double? {
    guard task == .classification else { throw wrongTask(.classification) }
    let predictions = try ClassPredictions(scores: scores, targets: targets, classCount: classCount)
    let count = Double(targets.count)
    switch self {
    case .topKAccuracy: return Double(predictions.hits(among: k)) / count
    case .precision: return predictions.tallies.reduced { $0.precision($1) }
    case .recall: return predictions.tallies.reduced { $0.recall($1) }
    case .f1: return predictions.tallies.reduced { $0.f1($1) }
    case .auc:
      let areas = (classCount == 2 ? [1] : Array(0..<classCount)).map { predictions.area(of: $0) }
      let defined = areas.compactMap { $0 }
      return defined.count == areas.count ? defined.reduce(0, +) / Double(areas.count) : nil
    case .logLoss:
      return predictions.areProbabilities ? predictions.logLosses.reduce(0, +) / count : nil
    default: return Double(predictions.hits(among: 1)) / count
    }
  }

  /// The metric of a regression; the plain mean over output columns. Nil where it is undefined (R² of
  /// targets that are all equal).
  /// - Parameters:
  ///   - predictions: row-major, examples × `outputs`.
  ///   - targets: as many, in the same order.
  ///   - outputs: how many numbers the model predicts for an example.
  /// - Throws: `Problem` for numbers that cannot be used, or a metric of classification.
  public func value(
    predictions: [Float], targets: [Float], outputs: Int = 1
  ) throws(Problem) -> Double? {
    guard task == .regression else { throw wrongTask(.regression) }
    let pairs = try NumberPredictions(predictions: predictions, targets: targets, outputs: outputs)
    let columns = (0..<outputs).map { pairs.errors(ofOutput: $0) }
    let values = columns.map { errors -> Double? in
      switch self {
      case .mae: errors.mae
      case .mse: errors.mse
      case .rmse: errors.mse.squareRoot()
      default: errors.r2
      }
    }
    let defined = values.compactMap { $0 }
    return defined.count == outputs ? defined.reduce(0, +) / Double(outputs) : nil
  }

  private func wrongTask(_ asked: Task) -> Problem {
    let fitting = Self.allCases.filter { $0.task == asked }.map(\.rawValue).joined(separator: ", ")
    return Problem.data(
      "metrics", expected: "a metric of \(asked.rawValue)", found: "\(rawValue)",
      fix: "choose from \(fitting)")
  }
}

extension ClassTallies {
  /// Class 1 of two, else the mean over the classes present.
  fileprivate func reduced(_ score: (ClassTallies, Int) -> Double) -> Double {
    if support.count == 2 { return score(self, 1) }
    let classes = present
    return classes.reduce(0) { $0 + score(self, $1) } / Double(classes.count)
  }
}
