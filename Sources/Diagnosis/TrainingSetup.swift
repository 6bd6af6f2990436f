import Datasets
import Engine
import Networks
import Training

/// Everything that decides whether a network learns: its first weights, the plan and the data. A
/// remedy is a change of it.
public struct TrainingSetup: Sendable {
  /// The network with its first weights.
  public var model: Model
  public var plan: TrainingPlan
  /// What is learned from.
  public var train: Dataset
  /// What is never learned from and shows whether something was understood.
  public var heldOut: Dataset

  /// - Parameter validation: held-out rows; without any, a fifth of the training rows is held out.
  /// - Throws: `Problem` for fewer than two rows.
  public init(
    _ model: Model, plan: TrainingPlan, train: Dataset, validation: Dataset? = nil
  ) throws {
    self.model = model
    self.plan = plan
    if let validation, validation.count > 0 {
      (self.train, heldOut) = (train, validation)
    } else {
      guard train.count >= 2 else {
        throw Problem.data("data", expected: "at least 2 rows", found: "\(train.count)")
      }
      var generator = RandomGenerator(seed: plan.seed, stream: Self.heldOutStream)
      let order = generator.permutation(train.count)
      let count = max(1, train.count / 5)
      (self.train, heldOut) = (
        train.subset(Array(order.dropFirst(count))), train.subset(Array(order.prefix(count)))
      )
    }
  }

  /// Which independent random sequence of a seed chooses the held-out rows.
  private static let heldOutStream: UInt64 = 1 << 61

  /// How many steps the plan asks for.
  var plannedSteps: Int {
    let perEpoch = max(1, (train.count + plan.batch - 1) / max(1, plan.batch))
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
}
