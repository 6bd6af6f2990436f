import Formatting

/// Kernels so small that signals and gradients fade within a few layers.
public enum SmallWeights: Cause {
  public static let name = "bad initialisation: too small"
  public static let rule =
    "Deviation of a kernel · √inputs is the factor by which a layer passes signals on; the "
    + "published initialisers lie between 0.1 and √2. Suspect below 0.05, half of the smallest, in "
    + "a hidden layer."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let layers = found.start.layers.filter { $0.gain < 0.05 && !$0.isLast && !$0.hasEqualUnits }
    guard let worst = layers.min(by: { $0.gain < $1.gain }) else { return nil }
    return Evidence(
      "`\(worst.name)` passes on \(worst.gain.shortText) of its input's size; its activations "
        + "deviate by \(worst.activations.deviation.shortText) only",
      layers.map { NamedNumber("gain of \($0.name)", $0.gain) }, layers: layers.map(\.name))
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [try Remedy.drawingWeightsAnew(setup)]
  }
}
