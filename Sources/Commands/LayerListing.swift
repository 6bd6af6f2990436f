import Glassbox

/// Every layer that a configuration file can name, with its settings.
struct LayerListing: Encodable {
  struct Setting: Encodable {
    let name: String
    let type: String
    let required: Bool
    /// Null if there is none.
    let usual: LocatedValue?
    /// The setting whose value it has if not given.
    let usualSource: String?

    enum CodingKeys: String, CodingKey {
      case name, type, required
      case usual = "default"
      case usualSource = "default_from"
    }
  }

  struct Kind: Encodable {
    let layer: String
    let settings: [Setting]
  }

  let layers: [Kind]
  let activations: [String]
  let initializers: [String]

  init(_ registry: Registry = .standard) throws {
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

  /// A line for each layer, and one for each of its settings.
  var text: String {
    let width = layers.flatMap(\.settings).map(\.name.count).max() ?? 0
    var text = ""
    for kind in layers {
      text += "\(kind.layer)\n"
      for setting in kind.settings {
        let name = setting.name + String(repeating: " ", count: width - setting.name.count)
        let usual =
          if setting.required {
            "required"
          } else if let source = setting.usualSource {
            "as \(source)"
          } else if let usual = setting.usual, usual.content != .null {
            "\((try? JSONText.encode(usual)) ?? "")"
          } else { "none" }
        text += "  \(name)  \(usual)  (\(setting.type))\n"
      }
    }
    text += "\nactivations: \(activations.joined(separator: ", "))\n"
    text += "initializers: \(initializers.joined(separator: ", "))\n"
    text += """

      network:
        - {layer: dense, units: 16, activation: relu}
        - {layer: dense, units: 1}

      """
    return text
  }
}
