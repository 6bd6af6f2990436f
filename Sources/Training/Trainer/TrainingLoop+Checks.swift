package import Datasets
import Engine
import Formatting
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
      let output = try model.outputShape
      let steps = output.rank == 2 && data.hasStepLabels ? output[0] : 1
      let (targets, given) = (
        plan.loss.hasClassTargets ? steps : plan.loss.targetCount(outputs: model.outputCount),
        data.targets.shape.count
      )
      if plan.loss.hasClassTargets, output.rank == 2, !data.hasStepLabels {
        throw Problem.shape(
          name, expected: "a label at each step, as the network answers in shape \(output)",
          found: "one for each example", fix: Losses.CrossEntropy.answersAtEveryStep)
      }
      guard given == targets else {
        throw Problem.shape(
          name, expected: "\(targets) target numbers for each example (loss \(plan.loss.name))",
          found: "\(given)",
          fix: data.hasStepLabels
            ? "the data have a label at each of \(given) steps: let every layer keep the steps, such as "
              + "the last recurrent one with return_sequences: true, before a dense layer"
            : try Self.fix(model, plan.loss, targets: given))
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
    var weights: [Float] = []
    weights.reserveCapacity(data.count * data.targets.shape.count)
    var stranger: Float?
    data.targets.walk { _, targets, _ in
      for target in targets {
        let label = Int(exactly: target) ?? -1
        let isKnown = classWeights.indices.contains(label)
        if !isKnown, stranger == nil { stranger = target }
        let own = data.weights?[weights.count] ?? 1
        weights.append(isKnown ? Float(classWeights[label]) * own : 0)
      }
    }
    if let stranger {
      throw Problem.data(
        "class weights",
        expected: "a weight for each class, also class \(Double(stranger).shortText)",
        found: "\(classWeights.count) weights")
    }
    var weighted = data
    weighted.weights = weights
    return weighted
  }
}
