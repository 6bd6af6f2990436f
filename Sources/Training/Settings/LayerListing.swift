import Engine
package import Networks

/// Every layer that a configuration file can name, with its settings.
package struct LayerListing: Encodable {
  package struct Setting: Encodable {
    package let name: String
    package let type: String
    package let required: Bool
    /// Null if there is none.
    package let usual: LocatedValue?
    /// The setting whose value it has if not given.
    package let usualSource: String?

    private enum CodingKeys: String, CodingKey {
      case name, type, required
      case usual = "default"
      case usualSource = "default_from"
    }
  }

  package struct Kind: Encodable {
    package let layer: String
    package let settings: [Setting]
  }

  package let layers: [Kind]
  package let activations: [String]
  package let initializers: [String]

  package init(_ registry: Registry = .standard) throws {
    activations = registry.activations.map(\.name)
    initializers = registry.initializers.map(\.name)
    layers = try registry.layers.sorted { $0.kind < $1.kind }.map { type in
      let usual =
        try LocatedValue(json: JSONText.encode(type.usual), origin: type.kind).members ?? [:]
      return Kind(
        layer: type.kind,
        settings: type.settingFacts.map { setting in
          Setting(
            name: setting.name, type: setting.type, required: setting.isRequired,
            usual: setting.isRequired ? nil : usual[setting.name], usualSource: setting.source)
        })
    }
  }
}
