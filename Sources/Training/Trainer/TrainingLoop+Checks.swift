package import Datasets
import Engine
import Networks

extension TrainingLoop {
  static func check(
    _ train: Dataset, _ validation: Dataset?, _ model: Model, _ plan: TrainingPlan
  ) throws {
    for (name, data) in [("training data", train)]
      + (validation.map { [("validation data", $0)] } ?? [])
    {
      guard data.count > 0 else {
        throw Problem.data(name, expected: "at least one example", found: "none")
      }
      guard data.inputs.shape == model.inputShape else {
        throw Problem.shape(
          name, expected: "examples of shape \(model.inputShape)", found: "\(data.inputs.shape)")
      }
      let (targets, given) = (
        plan.loss.targetCount(outputs: model.outputCount), data.targets.shape.count
      )
      guard given == targets else {
        throw Problem.shape(
          name, expected: "\(targets) target numbers for each example (loss \(plan.loss.name))",
          found: "\(given)", fix: try Self.fix(model, plan.loss, targets: given))
      }
    }
  }

  /// What most likely made the number of outputs another than that of the targets.
  private static func fix(_ model: Model, _ loss: any Loss, targets: Int) throws -> String {
    let output = try model.outputShape
    if output.rank > 1 {
      return
        "the network answers at every step, in shape \(output); set return_sequences: false on "
        + "the last recurrent layer, or add {layer: flatten} before the last layer"
    }
    if targets == 1, loss.target == .yesOrNo {
      return "for two classes give the last layer 1 unit, or keep \(output.count) and set "
        + "`loss: cross_entropy`"
    }
    return targets == 1
      ? "give the last layer 1 unit" : "give the last layer \(targets) units, one for each target"
  }

  /// Class weights as weights of examples, on top of those the data has.
  package static func weighted(_ data: Dataset, _ classWeights: [Double]?) throws -> Dataset {
    guard let classWeights else { return data }
    let weights = try (0..<data.count).map { index -> Float in
      let label = Int(data.targets[index][0])
      guard classWeights.indices.contains(label) else {
        throw Problem.data(
          "class weights", expected: "a weight for each class, also class \(label)",
          found: "\(classWeights.count) weights")
      }
      return Float(classWeights[label]) * (data.weights?[index] ?? 1)
    }
    var weighted = try Dataset(inputs: data.inputs, targets: data.targets, weights: weights)
    weighted.augmentation = data.augmentation
    return weighted
  }
}
