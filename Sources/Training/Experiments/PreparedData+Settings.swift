import Engine
import Networks

extension PreparedData {
  /// - Throws: `Problem` for a configuration that asks for other data, or for these in another form.
  func check(_ configuration: RunConfiguration) throws {
    var own = RunConfiguration()
    own.data = settings
    let others = try DataSettings.declared.filter { try $0.differs(own, configuration) }
    try Problem.throwIfAny(
      others.map {
        Problem.data(
          $0.name, expected: "as it was when the data were prepared", found: "another value",
          fix: "prepare the data with this configuration")
      })
  }
}

extension RunConfiguration {
  /// Whether the data of another configuration are prepared as its own: networks differ in what they ask of
  /// inputs where they start from a model, are given layer by layer, or read steps.
  package func preparesData(as other: RunConfiguration) throws -> Bool {
    let areGiven = network.layers != nil || other.network.layers != nil
    let ofNetwork =
      ["from", "from_sha256", "freeze", "head", "unfreeze"] + (areGiven ? ["network"] : [])
    let settings =
      DataSettings.declared + NetworkSettings.declared.filter { ofNetwork.contains($0.name) }
    let differs = try settings.contains { try $0.differs(self, other) }
    return !differs && network.readsSteps == other.network.readsSteps
  }
}

extension RunSetting {
  /// Whether two configurations have other values of it.
  fileprivate func differs(
    _ one: RunConfiguration, _ other: RunConfiguration
  ) throws -> Bool {
    try json(of: one) != json(of: other)
  }
}
