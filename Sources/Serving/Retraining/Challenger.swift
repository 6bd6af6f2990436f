import Datasets
import Engine
import Networks
import Training

/// A model that is to be compared with the live version.
struct Challenger {
  let kind: RetrainingReport.Contestant.Kind
  let experiment: Experiment
  /// Of its run.
  let folder: RunFolder
  let model: TrainedModel
  var report: ExperimentReport

  /// What a model says of rows, and what is true of them.
  struct Answers {
    let predictions: [Prediction]
    let truths: [ObservedRow.Truth]

    /// Of examples that were prepared for the model.
    init(_ model: TrainedModel, _ data: Dataset, threads: Int) throws {
      predictions = try model.predict(data.inputs, threads: threads)
      truths = (0..<data.count).map { row in
        let target = data.targets[row][0]
        return model.task == .regression
          ? .value(model.preprocessing.decodeValue(target)) : .label(model.labels[Int(target)])
      }
    }

    /// Of labelled traffic.
    init(_ model: TrainedModel, _ rows: [LabelledRow], threads: Int) throws {
      predictions = try model.predict(rows: rows.map(\.cells), threads: threads)
      truths = rows.map { row in
        model.task == .regression ? .value(Double(row.truth) ?? .nan) : .label(row.truth)
      }
    }

    func performance(of model: TrainedModel) throws -> ObservedPerformance? {
      var labelled = LabelledAnswers()
      for (prediction, truth) in zip(predictions, truths) { labelled.add(prediction, truth) }
      return try labelled.scores(of: model)
    }

    /// How much better another's answers to the same rows are.
    func comparison(with other: Answers, seed: UInt64) -> PairedComparison {
      var (own, others): ([Bool], [Bool]) = ([], [])
      var (errors, othersErrors): ([Double], [Double]) = ([], [])
      for (place, truth) in truths.enumerated() {
        switch truth {
        case .label(let label):
          own.append(predictions[place].label == label)
          others.append(other.predictions[place].label == label)
        case .value(let value):
          errors.append(((predictions[place].value ?? .nan) - value).magnitude)
          othersErrors.append(((other.predictions[place].value ?? .nan) - value).magnitude)
        }
      }
      return errors.isEmpty
        ? PairedComparison(right: own, others)
        : PairedComparison(errors: errors, othersErrors, seed: seed)
    }
  }
}

extension RunConfiguration {
  /// The settings of a live version's run, for a challenger.
  ///
  /// - Parameter live: the path of the live version's model.
  func challenging(
    _ kind: RetrainingReport.Contestant.Kind, live: String, threads: Int?
  ) -> RunConfiguration {
    var configuration = self
    configuration.output = OutputSettings()
    if let threads { configuration.training.threads = threads }
    // The split is given, and feedback says nothing of these.
    (configuration.data.group, configuration.data.splitByTime) = (nil, nil)
    switch kind {
    case .champion: break
    case .trainedOn:
      configuration.network = NetworkSettings()
      configuration.network.from = live
      // What was learned before shall not be lost to large steps.
      configuration.training.learningRate = training.learningRate.map { $0 / 10 }
    case .fromScratch:
      // Layers that do not learn are worth nothing without the weights that they came with.
      if case .layers(let list) = network.architecture,
        list.layers.contains(where: { $0 is FrozenLayers })
      {
        break
      }
      (configuration.network.from, configuration.network.fromSHA256) = (nil, nil)
      (configuration.network.freeze, configuration.network.head) = (nil, NetworkSettings().head)
      configuration.network.unfreeze = false
    }
    return configuration
  }
}
