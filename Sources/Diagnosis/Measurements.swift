import Datasets
import Engine
import Networks
import Training

/// Everything a diagnosis knows: the data, the network before and after some steps, and the steps.
public struct Measurements: Codable, Sendable {
  public var data: DataStatistics
  /// At the first weights.
  public var start: NetworkObservation
  /// After the rehearsed steps.
  public var end: NetworkObservation
  /// The trained weights, where there are any.
  public var trained: NetworkObservation?
  /// How many steps the plan asks for, and how many were rehearsed.
  public var plannedSteps: Int
  public var rehearsedSteps: Int
  /// Mean loss of the first tenth of the rehearsed steps, and of the last tenth.
  public var firstLoss: Double
  public var lastLoss: Double
  /// The largest loss of a step.
  public var largestLoss: Double
  /// The median of √Σ(Δw)² ÷ √Σw² over the kernels, for one step.
  public var updateRatio: Double
  /// The mean share of the gradient that clipping took away; 0 without clipping.
  public var clippedShare: Double
  /// The share of the training loss that is penalty, at the end.
  public var penaltyShare: Double
  /// The mean of the learning rates of the rehearsed steps.
  public var meanRate: Double
  /// The share of the rehearsed steps whose learning rate is 0.
  public var restingShare: Double
  /// Kernels that did not change by a single bit.
  public var unmovedKernels: [String]
  public var progress: LearningProgress
  /// For each class, the share of its held-out rows that are predicted as this class.
  public var recalls: [Double]
  /// Present only where the network does not beat the baseline.
  public var relation: Relation?
  /// How far a plain network comes: one layer of 64 ReLUs, Adam at 0.003, inputs and targets
  /// standardised. Present only where neither the network nor the neighbours find a relation.
  public var plainNetwork: LearningProgress?

  enum CodingKeys: String, CodingKey {
    case data, start, end, trained, progress, recalls, relation
    case plannedSteps = "planned_steps"
    case rehearsedSteps = "rehearsed_steps"
    case firstLoss = "first_loss"
    case lastLoss = "last_loss"
    case largestLoss = "largest_loss"
    case updateRatio = "update_ratio"
    case clippedShare = "clipped_share"
    case penaltyShare = "penalty_share"
    case meanRate = "mean_rate"
    case plainNetwork = "plain_network"
    case restingShare = "resting_share"
    case unmovedKernels = "unmoved_kernels"
  }

  /// Did a loss or weight stop being a number?
  public var isDivergent: Bool { !lastLoss.isFinite || !progress.trainLoss.isFinite }

  /// Does the training loss end as no number, or at ten times that of knowing nothing?
  var isLost: Bool { isDivergent || progress.trainLoss > 10 * progress.trainBaseline }

  /// Does it learn, on training and on held-out rows, and do the trained weights still know it?
  var isHealthy: Bool {
    !isDivergent && progress.isLearning
      && trained.map { $0.loss < progress.trainBaseline } ?? true
  }

  /// Why there are too few rows to tell whether something is learned; nil where there are enough.
  func shortageOfRows(_ setup: TrainingSetup) -> String? {
    let least = FewExamples.leastRows(setup)
    if data.distinctRows < least {
      return "\(data.distinctRows) different training rows, where \(least) are the least"
    }
    if progress.heldOutRows < RowLosses.fewest {
      return "\(progress.heldOutRows) \(progress.rowsName) rows, where \(RowLosses.fewest) are the "
        + "least"
    }
    if progress.isTrainSignificant, !progress.isSignificant, data.distinctRows < Relation.fewestRows
    {
      return
        "\(data.distinctRows) training rows are learned, and nothing that \(progress.heldOutRows) "
        + "held-out rows would show"
    }
    guard progress.heldOut.mayHaveLearned else { return nil }
    return
      "the noise of \(progress.heldOutRows) \(progress.rowsName) rows hides whether a quarter of "
      + "their loss is gone"
  }

  /// - Parameter steps: how many to rehearse; five times as many where nothing is learned in them.
  init(_ setup: TrainingSetup, trained: Model?, steps: Int, kernels: Kernels) throws {
    let loss = setup.plan.loss
    func look(_ model: Model) throws -> NetworkObservation {
      try NetworkObservation(model, loss: loss, data: setup.train, kernels: kernels)
    }
    data = DataStatistics(setup.train, classes: setup.classCount)
    plannedSteps = setup.plannedSteps
    start = try look(setup.model)
    var trialRun = try TrialRun(setup, steps: min(steps, plannedSteps), kernels: kernels)
    // Some problems show nothing for long: five times the steps before anything is blamed.
    if !trialRun.progress.isSignificant, plannedSteps > steps {
      trialRun = try TrialRun(setup, steps: min(5 * steps, plannedSteps), kernels: kernels)
    }
    rehearsedSteps = trialRun.steps
    let last = try trialRun.model()
    end = try look(last)
    self.trained = try trained.map(look)
    progress = trialRun.progress
    let record = trialRun.record
    let tenth = max(1, record.losses.count / 10)
    firstLoss = Self.mean(record.losses.prefix(tenth))
    lastLoss = Self.mean(record.losses.suffix(tenth))
    largestLoss = record.losses.reduce(0) { $1 > $0 ? $1 : $0 }
    updateRatio = record.updateRatios.sorted().dropFirst(record.updateRatios.count / 2).first ?? 0
    clippedShare = Self.mean(record.clippedShares[...])
    meanRate = Self.mean(record.rates[...])
    restingShare = Double(record.rates.count { $0 == 0 }) / Double(max(1, record.rates.count))
    let penalty = try setup.plan.penalty.value(of: last.tensors)
    penaltyShare = penalty > 0 ? penalty / (penalty + max(0, end.loss)) : 0
    unmovedKernels = setup.model.tensors.filter { Penalty.isOfKernel($0.name, $0.tensor.shape) }
      .map(\.name)
      .filter { record.movement[$0, default: 0] == 0 }
    recalls = setup.classCount.map { Self.recalls(setup, trialRun.heldOut.predictions, $0) } ?? []
    if !progress.isSignificant, data.rowsNotFinite == 0 {
      let relation = Relation(setup.train, isClasses: setup.classCount != nil)
      self.relation = relation
      if !relation.isFound, relation.isKnown {
        plainNetwork = try setup.withPlainNetwork().map {
          try TrialRun($0, steps: 5 * Diagnosis.usualSteps, kernels: kernels).progress
        }
      }
    }
  }

  /// Layers that are in a bad way, and when that was seen first.
  struct Sighting {
    let moment: String
    let examples: Int
    let layers: [LayerStatistics]
    let worst: LayerStatistics
  }

  /// - Parameter share: how bad a layer is.
  func first(
    where isBad: (LayerStatistics) -> Bool, by share: KeyPath<LayerStatistics, Double>
  ) -> Sighting? {
    let moments: [(String, NetworkObservation?)] = [
      ("at the start", start), ("after \(rehearsedSteps) steps", end),
      ("in the trained network", trained),
    ]
    for (moment, observation) in moments {
      guard let observation else { continue }
      let layers = observation.layers.filter(isBad)
      guard let worst = layers.max(by: { $0[keyPath: share] < $1[keyPath: share] }) else {
        continue
      }
      return Sighting(
        moment: moment, examples: observation.examples, layers: layers, worst: worst)
    }
    return nil
  }

  static func mean(_ values: some Collection<Double>) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  static func recalls(_ setup: TrainingSetup, _ predictions: [Float], _ classes: Int) -> [Double] {
    let outputs = setup.model.outputCount
    var right = [Double](repeating: 0, count: classes)
    var all = right
    for row in 0..<predictions.count / outputs {
      let scores = predictions[row * outputs..<(row + 1) * outputs]
      var chosen = outputs == 1 ? (scores.first! > 0.5 ? 1 : 0) : 0
      for (place, score) in scores.enumerated() where outputs > 1 {
        if score > scores[scores.startIndex + chosen] { chosen = place }
      }
      guard let label = Int(exactly: setup.heldOut.targets[row][0]), all.indices.contains(label)
      else { continue }
      all[label] += 1
      if chosen == label { right[label] += 1 }
    }
    return zip(right, all).map { $1 > 0 ? $0 / $1 : .nan }
  }
}
