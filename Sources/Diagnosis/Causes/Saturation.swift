import Formatting

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
    guard let seen = found.first(where: isSaturated, by: \.saturatedShare) else { return nil }
    return Evidence(
      "\((100 * seen.worst.saturatedShare).shortText) % of the values of `\(seen.worst.name)` "
        + "(\(seen.worst.function)) lie where it is flat \(seen.moment); \(seen.worst.sumsInWords)",
      seen.layers.map { NamedNumber("saturated share of \($0.name)", $0.saturatedShare) },
      layers: seen.layers.map(\.name))
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [try Remedy.drawingWeightsAnew(setup)]
  }
}
