import Datasets
import Engine
import Networks
import Training

/// What each validation row costs by a study's objective: the pieces that two models are compared by.
struct RowCosts {
  let values: [Double]
  /// What they are.
  let name: String

  /// By another objective than the loss the nearest that a row has of its own: whether its answer is wrong, or
  /// how far it is off, squared unless the mean absolute error is wanted.
  init(_ model: TrainedModel, _ data: Dataset, _ objective: Objective, threads: Int) throws {
    if objective.name == "loss" {
      name = "loss"
      values = try CompiledCycle(model.model, threads: threads).examine(data).losses
      return
    }
    switch try model.rowResults(on: data, threads: threads).values {
    case .right(let right):
      name = "wrong answers"
      values = right.map { $0 ? 0 : 1 }
    case .errors(let errors) where objective.name == "mae":
      name = "absolute error"
      values = errors
    case .errors(let errors):
      name = "squared error"
      values = errors.map { $0 * $0 }
    }
  }
}
