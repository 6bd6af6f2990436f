public import Datasets
import Engine
public import Networks
public import Training

/// Everything that decides whether a network learns: its first weights, the plan and the data. A
/// remedy is a change of it.
public struct TrainingSetup: Sendable {
  /// The network with its first weights.
  public var model: Model
  public var plan: TrainingPlan
  /// What is learned from.
  public var train: Dataset
  /// What shows whether something was understood: rows that are never learned from; the training rows
  /// where there are no others.
  public var heldOut: Dataset
  /// Are there rows that are never learned from?
  public let isHeldOut: Bool

  /// The training as the trainer runs it.
  ///
  /// - Parameter validation: rows that are never learned from. Without any, progress is measured on
  ///   the training rows, which also falls when they are learned by heart.
  /// - Throws: `Problem` for no rows.
  public init(
    _ model: Model, plan: TrainingPlan, train: Dataset, validation: Dataset? = nil
  ) throws {
    guard train.count > 0 else {
      throw Problem.data("data", expected: "at least one row", found: "none")
    }
    guard !train.hasStepLabels else {
      throw Problem.data(
        "data", expected: "one answer for each row, to look for causes", found: "one at each step",
        fix:
          "look at its scores with `evaluate`, at one sequence with `trace`, and at the gradients with "
          + "`prove`")
    }
    (self.model, self.plan, self.train) = (model, plan, train)
    isHeldOut = validation.map { $0.count > 0 } ?? false
    heldOut = isHeldOut ? validation! : train
  }

  /// A training on four fifths of some rows; the others are never learned from. For rows that are not
  /// those of a certain training.
  /// - Throws: `Problem` for fewer than two rows.
  public init(_ model: Model, plan: TrainingPlan, splitting rows: Dataset) throws {
    guard rows.count >= 2 else {
      throw Problem.data("data", expected: "at least 2 rows", found: "\(rows.count)")
    }
    var generator = RandomGenerator(seed: plan.seed, for: .heldOutRows)
    let order = generator.permutation(rows.count)
    let count = max(1, rows.count / 5)
    try self.init(
      model, plan: plan, train: rows.subset(Array(order.dropFirst(count))),
      validation: rows.subset(Array(order.prefix(count))))
  }

  /// How many steps the plan asks for.
  var plannedSteps: Int {
    let perEpoch = max(1, plan.stepsPerEpoch(rows: train.count))
    let (steps, overflow) = perEpoch.multipliedReportingOverflow(by: plan.epochs)
    return overflow ? .max : steps
  }

  /// How many classes the targets tell apart; nil where they are numbers.
  var classCount: Int? { plan.loss.classCount(outputs: model.outputCount) }

  /// The same with other layers or another loss.
  ///
  /// - Parameter keepingWeights: start with the present weights wherever name and shape still fit,
  ///   instead of with those that the layers' initialisers draw.
  func with(
    network: any Layer, loss: (any Loss)? = nil, keepingWeights: Bool
  ) throws -> TrainingSetup {
    var changed = self
    changed.plan.loss = loss ?? plan.loss
    changed.model = try Model(
      network, inputShape: model.inputShape, loss: changed.plan.loss, seed: plan.seed)
    guard keepingWeights else { return changed }
    let tensors = changed.model.tensors.map { new in
      let old = model.tensors.first { $0.name == new.name }?.tensor
      return (new.name, old?.shape == new.tensor.shape ? old! : new.tensor)
    }
    changed.model = try changed.model.with(tensors)
    return changed
  }

  /// The same data, standardised, for a plain network that learns whatever is easily learned; nil where
  /// an example has so many numbers that a single layer for all of them would take long.
  func withPlainNetwork() throws -> TrainingSetup? {
    guard model.inputShape.count <= 10_000 else { return nil }
    var changed = self
    let onScores = Registry.standard.losses.first {
      $0.target == plan.loss.target && $0.output == .scores
    }
    changed.plan = TrainingPlan(
      loss: plan.loss.isForClasses ? onScores ?? plan.loss : plan.loss,
      optimizer: .adam(learningRate: 0.003), epochs: plan.epochs, seed: plan.seed)
    try changed.standardise(\.inputs)
    if !plan.loss.isForClasses { try changed.standardise(\.targets) }
    let network = Sequential {
      Flatten()
      Dense(64, activation: .relu, kernelInitializer: .heNormal)
      Dense(model.outputCount)
    }
    return try changed.with(network: network, loss: changed.plan.loss, keepingWeights: false)
  }
}
