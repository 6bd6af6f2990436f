import Engine
import Networks

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
    guard let seen = found.first(where: isDead, by: \.deadShare) else { return nil }
    let count = Int((seen.worst.deadShare * Double(seen.worst.units)).rounded())
    return Evidence(
      "\(count) of \(seen.worst.units) units of `\(seen.worst.name)` are 0 for all "
        + "\(seen.examples) examples \(seen.moment); \(seen.worst.sumsInWords)",
      seen.layers.map { NamedNumber("dead share of \($0.name)", $0.deadShare) },
      layers: seen.layers.map(\.name))
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [
      try Remedy(
        "use leaky_relu, he_normal kernels and zero biases", setup,
        network: NetworkChange(setup.model.network)
          .drawnAnew(function: .leakyReLU(), kernels: .heNormal))
    ]
  }
}
