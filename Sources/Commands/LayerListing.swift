import Glassbox

/// Every layer that a configuration file can name, with its settings.
struct LayerListing: Encodable {
  struct Setting: Encodable {
    let name: String
    let type: String
    let required: Bool
    /// Null if there is none.
    let usual: SettingValue?
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
  let activations = ActivationFunction.all.map(\.name)
  let initializers = Initializer.names

  init() throws {
    layers = try LayerCatalog.layers.sorted { $0.kind < $1.kind }.map { type in
      let (settings, example) = try LayerCatalog.settings(of: type)
      let usual = try SettingValue(json: JSONText.encode(example), origin: type.kind).members ?? [:]
      return Kind(
        layer: type.kind,
        settings: settings.map { setting in
          let value = setting.isRequired ? nil : usual[setting.name]
          let source = settings.first { other in
            other.example.map { value?.content == .integer($0) } ?? false
          }?.name
          return Setting(
            name: setting.name, type: setting.type, required: setting.isRequired,
            usual: source == nil ? value : nil, usualSource: source)
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
