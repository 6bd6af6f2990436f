import Formatting

/// Kernels so large that each layer enlarges its signal many times.
public enum LargeWeights: Cause {
  public static let name = "bad initialisation: too large"
  public static let rule =
    "Deviation of a kernel · √inputs is the factor by which a layer enlarges signals; the "
    + "published initialisers lie between 0.1 and √2 (Glorot, He, LeCun). Suspect above 4, nearly "
    + "three times the largest."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let layers = found.start.layers.filter { $0.gain > 4 }
    guard let worst = layers.max(by: { $0.gain < $1.gain }) else { return nil }
    return Evidence(
      "`\(worst.name)` enlarges its input \(worst.gain.shortText) times; weighted sums there have "
        + "deviation \(worst.sums.deviation.shortText), and the loss starts at "
        + "\(found.start.loss.shortText) where knowing nothing costs "
        + "\(found.progress.baseline.shortText)",
      layers.map { NamedNumber("gain of \($0.name)", $0.gain) }, layers: layers.map(\.name))
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [try Remedy.drawingWeightsAnew(setup)]
  }
}
