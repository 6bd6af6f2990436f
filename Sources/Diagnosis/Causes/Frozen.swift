import Engine
import Formatting
import Networks
import Training

/// Weights that do not move cannot learn.
public enum Frozen: Cause {
  public static let name = "frozen"
  public static let rule =
    "Kernels that are not trainable and whose bits did not change in any step, where nothing is "
    + "learned; or a schedule whose learning rate is 0 in more than half of the steps."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    if found.restingShare > 0.5 {
      return Evidence(
        "the schedule makes the learning rate 0 in \((100 * found.restingShare).shortText) % of "
          + "the \(found.rehearsedSteps) steps looked at",
        [NamedNumber("share of steps at rate 0", found.restingShare)],
        isProof: found.restingShare == 1)
    }
    let kernels = setup.model.tensors.filter { Penalty.isOfKernel($0.name, $0.tensor.shape) }.map(
      \.name)
    let trainable = trainableNames(setup)
    let fixed = found.unmovedKernels.filter { !trainable.contains($0) }
    guard !fixed.isEmpty, !found.progress.isSignificant || fixed.count == kernels.count
    else { return nil }
    return Evidence(
      "\(fixed.count) of \(kernels.count) kernels are not trainable and did not change in "
        + "\(found.rehearsedSteps) steps: \(fixed.joined(separator: ", "))",
      [NamedNumber("kernels that did not change", Double(fixed.count))], layers: fixed,
      isProof: true)
  }

  private static func trainableNames(_ setup: TrainingSetup) -> [String] {
    let forward = try? ForwardPass(
      setup.model.network, inputShape: setup.model.inputShape, batch: 1, loss: setup.plan.loss,
      isTraining: false)
    return forward?.graph.variables.filter(\.isTrainable).map(\.name) ?? []
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    guard found.restingShare > 0.5 else {
      return [Remedy("make these layers trainable", nil)]
    }
    return [
      Remedy("use a constant learning rate", changing: setup) { $0.plan.schedule = .constant }.done(
        by: ["schedule": "constant"])
    ]
  }
}
