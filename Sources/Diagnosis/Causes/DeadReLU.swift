import Datasets
import Engine
import Formatting
import Networks
import Training

/// Units that give 0 for every input also get gradient 0, so they never come back.
public enum DeadReLU: Cause {
  public static let name = "dead ReLU"
  public static let rule =
    "More than half of a layer's ReLUs are 0 for every one of the examples looked at: the layer "
    + "has lost most of its width, and what is 0 passes no gradient (Lu et al. 2019)."

  static func isDead(_ layer: LayerStatistics) -> Bool {
    layer.function == Ops.ReLU.name && !layer.isLast && layer.deadShare > 0.5
  }

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let moments =
      [("at the start", found.start), ("after \(found.rehearsedSteps) steps", found.end)]
      + (found.trained.map { [("in the trained network", $0)] } ?? [])
    for (moment, observation) in moments {
      let dead = observation.layers.filter(isDead)
      guard let worst = dead.max(by: { $0.deadShare < $1.deadShare }) else { continue }
      let count = Int((worst.deadShare * Double(worst.units)).rounded())
      return Evidence(
        "\(count) of \(worst.units) units of `\(worst.name)` are 0 for all "
          + "\(observation.examples) examples \(moment); its weighted sums have mean "
          + "\(worst.sums.mean.shortText) and deviation \(worst.sums.deviation.shortText)",
        dead.map { NamedNumber("dead share of \($0.name)", $0.deadShare) },
        layers: dead.map(\.name))
    }
    return nil
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    let network = NetworkChange(setup.model.network)?
      .changingLayers(activation: .leakyReLU(), kernels: { _ in .heNormal }, zeroBias: true)
    return [
      Remedy(
        "use leaky_relu, he_normal kernels and zero biases",
        try network.map { try setup.with(network: $0, keepingWeights: false) })
    ]
  }
}
