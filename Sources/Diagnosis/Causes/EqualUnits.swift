import Networks

/// Units that start with the same weights get the same gradients and stay the same, unless what follows
/// them differs from unit to unit: a layer of any width is then one unit.
public enum EqualUnits: Cause {
  public static let name = "bad initialisation: all units are the same"
  public static let rule =
    "All units of a hidden layer start with the same weights, number by number: no threshold."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let layers = found.start.layers.filter { $0.hasEqualUnits && !$0.isLast }
    guard !layers.isEmpty else { return nil }
    let names = layers.map(\.name)
    let units = layers.reduce(0) { $0 + $1.units }
    let equal = found.end.layers.filter { $0.hasEqualUnits && names.contains($0.name) }
    let outcome =
      equal.count == layers.count
      ? "still have them after \(found.rehearsedSteps) steps: \(units) units do the work of "
        + "\(layers.count)"
      : "only what follows them has set them apart after \(found.rehearsedSteps) steps"
    return Evidence(
      "all units of \(names.joined(separator: ", ")) start with the same weights; \(outcome)",
      [
        NamedNumber("layers with equal units", Double(layers.count)),
        NamedNumber("layers with equal units at the end", Double(equal.count)),
      ], layers: names)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [try Remedy.drawingWeightsAnew(setup)]
  }
}

extension Remedy {
  /// Kernels drawn by the rule that suits each layer's function.
  static func drawingWeightsAnew(_ setup: TrainingSetup) throws -> Remedy {
    try Remedy(
      "draw the first weights anew: he_normal before ReLU and its relatives, glorot_uniform else",
      setup, network: NetworkChange(setup.model.network).drawnAnew())
  }
}
