import Engine

/// An optimiser as a configuration chooses it: by a name of ``Registry/optimizers``, or by such a name
/// with settings of its rule.
///
/// In files `optimizer: adam`, or `optimizer: {name: sgd, momentum: 0.9}`. The learning rate and weight
/// decay are settings of the training.
package struct OptimizerChoice: Sendable, Codable {
  /// A name from ``Registry/optimizers``.
  package var name: String
  /// The rule with settings of its own; nil for those that the name stands for.
  package var rule: (any UpdateRule)?

  /// - Parameter rule: of the kind that the name stands for; nil for its usual settings.
  package init(_ name: String, rule: (any UpdateRule)? = nil) {
    self.name = name
    self.rule = rule
  }

  /// The optimiser itself.
  /// - Throws: `Problem` listing the names.
  package func optimizer(_ registry: Registry = .standard) throws -> Optimizer {
    var optimizer = try Optimizer(named: name, registry: registry)
    if let rule { optimizer.rule = rule }
    return optimizer
  }

  private static let nameKey = AnyKey("name")

  /// A name, or an object with a name and settings.
  /// - Throws: `Problem` for an unknown name, unknown settings and impossible values.
  package init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.init(Self.known(name, decoder))
      return
    }
    let fields = try decoder.container(keyedBy: AnyKey.self)
    let name = try fields.decode(String.self, forKey: Self.nameKey)
    let usual = try Optimizer(named: name, registry: decoder.registry).rule
    let place = decoder.codingPath.place
    self.init(
      Self.known(name, decoder),
      rule: try usual.taking(
        fields, beside: [Self.nameKey.stringValue], at: place.isEmpty ? UpdateRules.word : place))
  }

  /// In the spelling of the registry; as it is where nobody knows it.
  private static func known(_ name: String, _ decoder: any Decoder) -> String {
    decoder.registry.optimizers.first { $0.name.normalizedName == name.normalizedName }?.name
      ?? name
  }

  /// The same forms.
  package func encode(to encoder: any Encoder) throws {
    guard let rule else { return try name.encode(to: encoder) }
    try Self.write(rule, named: name, to: encoder)
  }

  private static func write<Rule: UpdateRule>(
    _ rule: Rule, named name: String, to encoder: any Encoder
  ) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.encode(name, forKey: nameKey)
    for setting in Rule.settings { try setting.write(rule, &fields) }
  }
}
