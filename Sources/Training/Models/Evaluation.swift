public import Datasets
public import Engine
import Networks

/// How good a model is on some examples.
public struct Evaluation: Codable, Sendable {
  /// How many examples.
  public var rows: Int
  /// The mean of the loss the model was trained with.
  public var loss: Double
  /// Of a classifier.
  public var classification: ClassificationReport?
  /// Of a regression, each target in its own unit.
  public var regression: RegressionReport?
  /// Of labels of which a row may have any number.
  public var multilabel: MultilabelReport?
  /// Of ordered classes, beside ``classification``.
  public var ordered: OrderedReport?
  /// How often intervals or sets of classes held the truth, for each target; nil for a model without.
  public var coverage: [CoverageReport]?
  /// Of a model of quantiles, for each target and share; nil for other models.
  package var quantiles: [QuantileScores]?
  /// Of forecasts that need no learning, on the same rows; nil for data that are no series.
  package var baselines: [NaiveScores]?

  /// The leading score: accuracy, the share of rows with all labels right, or of numbers the root mean
  /// squared error, of several the mean R², which has no unit.
  public var leading: (name: String, score: Score) {
    if let classification { return ("accuracy", classification.accuracy) }
    if let multilabel { return ("subset_accuracy", multilabel.subsetAccuracy) }
    let regression = regression!
    return regression.outputs.count == 1
      ? ("rmse", regression.outputs[0].rmse) : ("r2", regression.average.r2)
  }

  /// What examples count, where not all count the same and stand alone; nil where they do.
  package var sample: ScoredSample.Summary? {
    classification?.sample ?? multilabel?.sample ?? regression?.sample
  }

  /// A warning where there are too few examples to say anything; nil if there are enough.
  ///
  /// - Parameter part: what the examples are called: `test`.
  public func caution(of part: String) -> String? {
    guard rows < Self.fewestRows else { return nil }
    return "\(rows) \(part) \(rows == 1 ? "row says" : "rows say") nothing about new data: "
      + "one answer more or less right would change every score much. Collect more rows, or keep "
      + "more of them back (`\(part)`)."
  }

  private var coverageText: String {
    guard let coverage, !coverage.isEmpty else { return "" }
    let isClasses = classification != nil
    return
      (["", isClasses ? "Sets of classes" : "Intervals of answers"]
      + coverage.map { "  " + $0.text(isClasses: isClasses) }).joined(separator: "\n") + "\n"
  }

  /// Below it the interval of a share reaches over more than half of what is possible.
  private static let fewestRows = 12

  /// All scores as aligned text.
  public var text: String {
    let report = classification?.text() ?? multilabel?.text() ?? regression!.text()
    let naive = (baselines ?? []).map { $0.sentence + "\n" }.joined()
    return (ordered?.text() ?? "") + report + naive + QuantileScores.text(quantiles ?? [])
      + coverageText
  }
}

extension TrainedModel {
  /// Runs the model over examples and scores its answers.
  ///
  /// - Throws: `Problem` for no examples or targets that do not fit, for inputs
  ///   that do not.
  public func evaluate(
    _ data: Dataset, threads: Int = 1, kernels: Kernels? = nil
  ) throws -> Evaluation {
    guard data.count > 0 else {
      throw Problem.data("data", expected: "at least one row", found: "none")
    }
    try checkTokens(data.inputs)
    let cycle = try CompiledCycle(model, kernels: kernels, threads: threads)
    guard data.unseenClasses.isEmpty else { return try evaluateWithUnseenClasses(data, cycle) }
    let (loss, predictions) = try cycle.evaluate(data)
    let answers = data.answers
    let targets = answers.targets
    var evaluation = Evaluation(rows: answers.count, loss: loss)
    switch preprocessing.target {
    case .classes, .ordered:
      evaluation.classification = try ClassificationReport(
        labels: labels, scores: predictions, targets: targets.map { Int($0) },
        weights: answers.weights, groups: answers.groups)
      if preprocessing.task == .ordered {
        evaluation.ordered = try OrderedReport(
          ClassPredictions(
            scores: predictions, targets: targets.map { Int($0) }, classCount: labels.count),
          ScoredSample(weights: answers.weights, groups: answers.groups, count: answers.count))
      }
    case .labels(let labels, _):
      evaluation.multilabel = try MultilabelReport(
        labels: labels, probabilities: predictions, targets: targets, weights: answers.weights,
        groups: answers.groups)
    case .numbers:
      evaluation.regression = try RegressionReport(
        names: preprocessing.targetNames,
        answers: inUnits(model.loss.points(predictions, width: model.outputCount)),
        truths: inUnits(targets), weights: answers.weights, groups: answers.groups)
      evaluation.quantiles = try quantileScores(predictions, truths: inUnits(targets), data)
    }
    evaluation.coverage = coverage(predictions, targets)
    let naive = try preprocessing.naiveForecasts(of: data).map { forecast in
      NaiveScores(
        name: forecast.name,
        scores: try RegressionReport(
          names: preprocessing.targetNames, answers: forecast.values.map { Double($0) },
          truths: inUnits(targets), weights: answers.weights, groups: answers.groups))
    }
    evaluation.baselines = naive.isEmpty ? nil : naive
    return evaluation
  }

  private func coverage(_ answers: [Float], _ targets: [Float]) -> [CoverageReport]? {
    guard let calibration else { return nil }
    switch preprocessing.target {
    case .labels: return nil
    case .numbers:
      let (outputs, width) = (model.outputCount, preprocessing.targetCount)
      let intervals = stride(from: 0, to: answers.count, by: outputs).compactMap {
        calibration.intervals(answers[$0..<$0 + outputs])
      }
      return preprocessing.targetNames.enumerated().map { place, name in
        let ends = intervals.map { $0[place] }
        return CoverageReport(
          name: name, promised: calibration.coverage,
          isHeld: ends.enumerated().map { row, ends in
            (ends.low...ends.high).contains(targets[row * width + place])
          },
          sizes: ends.map {
            preprocessing.decodeValue($0.high, at: place)
              - preprocessing.decodeValue($0.low, at: place)
          })
      }
    case .classes, .ordered:
      let sets = stride(from: 0, to: answers.count, by: outputsOfAnswer).compactMap { start in
        calibration.set(Self.ofClasses(answers[start..<start + outputsOfAnswer]))
      }
      return [
        CoverageReport(
          name: preprocessing.targetName, promised: calibration.coverage,
          isHeld: zip(sets, targets).map { $0.contains(Int($1)) },
          sizes: sets.map { Double($0.count) })
      ]
    }
  }

  /// - Parameter truths: in the targets' units.
  private func quantileScores(
    _ outputs: [Float], truths: [Double], _ data: Dataset
  ) throws -> [QuantileScores]? {
    guard let shares = model.loss.quantiles else { return nil }
    let (width, targets) = (model.outputCount, preprocessing.targetCount)
    let answers = stride(from: 0, to: outputs.count, by: width).map {
      QuantileAnswers.of(outputs[$0..<$0 + width], targets)
    }
    let sample = try ScoredSample(weights: data.weights, groups: data.groups, count: data.count)
    return preprocessing.targetNames.enumerated().flatMap { place, name in
      shares.enumerated().map { number, share in
        QuantileScores(
          name, share, sample,
          pairs: answers.enumerated().map { row, answer in
            (
              preprocessing.decodeValue(answer[place][number], at: place),
              truths[row * targets + place]
            )
          })
      }
    }
  }

  /// In 64 bits, which hold values of any unit.
  private func inUnits(_ numbers: [Float]) -> [Double] {
    let width = preprocessing.targetCount
    return numbers.enumerated().map { place, number in
      preprocessing.decodeValue(number, at: place % width)
    }
  }

  /// A class that training never saw has probability 0, so that every answer for its rows is wrong; its
  /// loss would be infinite, so the loss is that of the other rows.
  private func evaluateWithUnseenClasses(
    _ data: Dataset, _ cycle: CompiledCycle
  ) throws -> Evaluation {
    let answers = data.answers
    let targets = answers.targets.map { Int($0) }
    let known = targets.indices.filter { targets[$0] < labels.count }
    guard !known.isEmpty else {
      throw Problem.data(
        "data", expected: "at least one row of a class that training saw",
        found: "only " + data.unseenClasses.prefix(10).joined(separator: ", "),
        fix: "give data of the classes " + labels.prefix(10).joined(separator: ", "))
    }
    var scored = data
    scored.targets = try Examples(
      shape: data.targets.shape,
      floats: (0..<data.count).flatMap { data.targets[$0] }.map {
        $0 < Float(labels.count) ? $0 : 0
      })
    let (losses, predictions) = try cycle.examine(scored)
    let width = predictions.count / answers.count
    let none = [Float](repeating: 0, count: data.unseenClasses.count)
    let scores = targets.indices.flatMap { row in
      Self.ofClasses(predictions[row * width..<(row + 1) * width]) + none
    }
    var evaluation = Evaluation(
      rows: answers.count, loss: known.reduce(0) { $0 + losses[$1] } / Double(known.count))
    evaluation.classification = try ClassificationReport(
      labels: labels + data.unseenClasses, scores: scores, targets: targets,
      weights: answers.weights, groups: answers.groups)
    return evaluation
  }
}
