import Datasets
import Engine
import Networks
import Training

/// What each validation row costs by a study's objective: the pieces that two models are compared by.
struct RowCosts {
  let values: [Double]
  /// What they are.
  let name: String

  /// - Returns: nil where rows have no cost of their own, such as rows with several labels by another
  ///   objective than the loss.
  init?(_ model: TrainedModel, _ data: Dataset, _ objective: Objective, threads: Int) throws {
    if objective.name == "loss" {
      name = "loss"
      values = try CompiledCycle(model.model, threads: threads).examine(data).losses
      return
    }
    guard data.targets.shape.count == 1, !data.hasStepLabels else { return nil }
    let answers = try model.predict(data.inputs, threads: threads)
    switch model.preprocessing.target {
    case .classes, .ordered:
      name = "error"
      values = answers.enumerated().map { row, answer in
        answer.label == model.labels[Int(data.targets[row][0])] ? 0 : 1
      }
    case .numbers:
      name = objective.name == "mae" ? "absolute error" : "squared error"
      let isAbsolute = objective.name == "mae"
      values = answers.enumerated().map { row, answer in
        let error =
          (answer.value ?? .nan) - model.preprocessing.decodeValue(data.targets[row][0])
        return isAbsolute ? error.magnitude : error * error
      }
    case .labels: return nil
    }
  }
}
