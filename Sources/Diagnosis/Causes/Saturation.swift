import Datasets
import Engine
import Formatting
import Networks
import Training

/// A sigmoid or tanh far from 0 is flat: it answers the same to everything and passes no gradient.
public enum Saturation: Cause {
  public static let name = "saturation"
  public static let rule =
    "More than half of a hidden layer's values lie where the function's slope is below a hundredth "
    + "of its largest: most of the gradient is divided by 100 or more there."

  static func isSaturated(_ layer: LayerStatistics) -> Bool {
    !layer.isLast && layer.saturatedShare > 0.5
  }

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let moments =
      [("at the start", found.start), ("after \(found.rehearsedSteps) steps", found.end)]
      + (found.trained.map { [("in the trained network", $0)] } ?? [])
    for (moment, observation) in moments {
      let flat = observation.layers.filter(isSaturated)
      guard let worst = flat.max(by: { $0.saturatedShare < $1.saturatedShare }) else { continue }
      return Evidence(
        "\((100 * worst.saturatedShare).shortText) % of the values of `\(worst.name)` "
          + "(\(worst.function)) lie where it is flat \(moment); its weighted sums have mean "
          + "\(worst.sums.mean.shortText) and deviation \(worst.sums.deviation.shortText)",
        flat.map { NamedNumber("saturated share of \($0.name)", $0.saturatedShare) },
        layers: flat.map(\.name))
    }
    return nil
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [try Remedy.drawingWeightsAnew(setup)]
  }
}
