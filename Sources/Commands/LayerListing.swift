import Glassbox
import Training

extension LayerListing {
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
