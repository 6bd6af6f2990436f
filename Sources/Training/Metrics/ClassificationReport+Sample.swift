extension ClassificationReport {
  /// Scores again, where examples do not all count the same or do not stand alone. Counts stay counts.
  mutating func score(by sample: ScoredSample, _ predictions: ClassPredictions) {
    self.sample = sample.summary
    let topK = topK
    let parts = sample.map { weights in
      var part = predictions
      part.weights = weights
      return Part(part, topK: topK)
    }
    func values(_ value: (Part) -> Double?) -> [Double?] { parts.map(value) }
    accuracy = sample.share(values(\.accuracy))
    if topKAccuracy.value != nil { topKAccuracy = sample.share(values(\.topKAccuracy)) }
    logLoss = sample.mean(values(\.logLoss), without: logLoss.reason ?? "undefined")
    classes = classes.enumerated().map { c, scores in
      ClassScores(
        label: scores.label, support: scores.support,
        precision: sample.share(values { $0.tallies.precision(c) }, of: scores.precision.of),
        recall: sample.share(values { $0.tallies.recall(c) }, of: scores.recall.of),
        f1: sample.share(
          values { $0.tallies.f1(c) }, of: scores.f1.of, fewest: Interval.fewestForMeans),
        auc: scores.auc.value == nil
          ? scores.auc
          : sample.share(values { $0.areas[c] }, fewest: Interval.fewestForMeans))
    }
    if auc.value != nil {
      auc =
        classes.count == 2
        ? classes[1].auc
        : sample.share(values(\.meanArea), fewest: Interval.fewestForMeans)
    }
    micro = Averages(precision: accuracy, recall: accuracy, f1: accuracy)
    macro = averages(sample, parts, isWeighted: false)
    weighted = averages(sample, parts, isWeighted: true)
  }

  private func averages(
    _ sample: ScoredSample, _ parts: [Part], isWeighted: Bool
  ) -> Averages {
    func score(_ value: (ClassTallies) -> (Int) -> Double) -> Score {
      sample.share(
        parts.map { $0.tallies.mean(value($0.tallies), isWeighted: isWeighted) },
        fewest: Interval.fewestForMeans)
    }
    return Averages(
      precision: score { tallies in { tallies.precision($0) } },
      recall: isWeighted ? accuracy : score { tallies in { tallies.recall($0) } },
      f1: score { tallies in { tallies.f1($0) } })
  }

  /// What the scores of one weighting are made of.
  private struct Part {
    let accuracy: Double
    let topKAccuracy: Double
    let logLoss: Double?
    let tallies: ClassTallies
    /// Of each class against the rest.
    let areas: [Double?]

    init(_ predictions: ClassPredictions, topK: Int) {
      accuracy = predictions.share(among: 1)
      topKAccuracy = predictions.share(among: topK)
      logLoss = predictions.logLoss
      tallies = predictions.tallies
      areas = (0..<predictions.classCount).map { predictions.curve(of: $0)?.value }
    }

    var meanArea: Double? {
      let defined = areas.compactMap(\.self)
      return defined.count == areas.count ? defined.reduce(0, +) / Double(areas.count) : nil
    }
  }
}
