import Datasets
import Engine
import Networks
import Training

/// What a playground can be taken away as.
package enum ExportForm: String, Sendable, NamedChoice {
  /// The settings, for `glassbox train` beside the data.
  case yaml
  /// The data.
  case csv
  /// The network with the weights as they are, as one safetensors file.
  case model
  /// A program that builds the network and trains it.
  case swift

  /// How its file is called after the data.
  package func fileName(for data: PlaygroundData) -> String {
    let stem = DataLocation(data.fileName).stem
    return switch self {
    case .yaml: "\(stem).yaml"
    case .csv: data.fileName
    case .model: "\(stem).safetensors"
    case .swift: "\(stem).swift"
    }
  }
}

extension Playground {
  /// The bytes of a file.
  ///
  /// Settings and data together make the same network where they are trained: the epochs that are
  /// finished, by the settings as they are now.
  ///
  /// - Throws: `Problem` for a layer that cannot be stored.
  package func export(_ form: ExportForm) throws -> [UInt8] {
    switch form {
    case .csv:
      guard let csv = source.csv else {
        throw Problem.data(
          "form", expected: "yaml, swift or model for data that stay where they lie", found: "csv",
          fix: "the data are `\(settings.data.fileName)`; settings name them by this path")
      }
      return csv
    case .model: return try experiment.presentModel(of: training).bytes()
    case .yaml: return Array(try yaml.utf8)
    case .swift: return Array(try swiftSource.utf8)
    }
  }

  /// The settings of a run that learns the same from a file.
  private var exported: RunConfiguration {
    get throws {
      var configuration = base
      for case .setting(let name, let value) in journal.settings(upTo: step) {
        try configuration.change([name: value])
      }
      configuration.data.source = settings.data.fileName
      if settings.run.training.epochs == nil {
        configuration.training.epochs = max(1, training.epochsDone)
      }
      return configuration
    }
  }

  /// What the settings alone do not say.
  private var cautions: [String] {
    var lines: [String] = []
    if training.stepsOfEpoch > 0 {
      lines.append(
        "The playground stood at step \(step), in the middle of epoch \(training.epochsDone + 1); a run "
          + "ends with an epoch.")
    }
    let edited = Set(journal.edits.filter { $0.step <= step }.map(\.step)).sorted()
    if !edited.isEmpty {
      lines.append(
        "Numbers were changed by hand after step "
          + edited.map(String.init).joined(separator: ", ")
          + ": settings have their present values from the beginning here, weights their first ones."
      )
    }
    return lines
  }

  private var yaml: String {
    get throws {
      let configuration = try exported
      let lines = try configuration.chosen.map {
        "\($0.name): \(try $0.json(of: configuration))"
      }
      // A value in JSON is one in YAML.
      return (cautions.map { "# \($0)" } + lines).map { $0 + "\n" }.joined()
    }
  }

  private var swiftSource: String {
    get throws {
      let configuration = try exported
      let layers = experiment.start.layers
      let written = SwiftSource.layers(layers)
      let ofNetwork = ["network", "hidden", "activation", "dropout"]
      let settings = try configuration.chosen
        .filter { written == nil || !ofNetwork.contains($0.name) }
        .map { "    \"\($0.name)\": \(try $0.json(of: configuration))" }
      var text = (cautions.map { "// \($0)\n" }).joined()
      text += "import Foundation\nimport Glassbox\n\n"
      if let written { text += "let network = Sequential {\n\(written)}\n" }
      text += """
        let settings = #\"\"\"
          {
        \(settings.joined(separator: ",\n"))
          }
          \"\"\"#
        var configuration = try JSONDecoder().decode(
          RunConfiguration.self, from: Data(settings.utf8))

        """
      if written != nil {
        text += "configuration.network.architecture = .layers(LayerList(network.layers))\n"
      }
      text += """
        let report = try TrainingSession(Experiment(configuration)).train()
        print(report.sentence)

        """
      return text
    }
  }
}

/// Layers as Swift writes them.
enum SwiftSource {
  /// A line for each layer; nil where one of them has no short form.
  static func layers(_ layers: [any Layer]) -> String? {
    let lines = layers.map(line)
    guard !lines.contains(nil) else { return nil }
    return lines.map { "  \($0!)\n" }.joined()
  }

  private static func line(_ layer: any Layer) -> String? {
    switch layer {
    case let dense as Dense:
      guard let activation = name(dense.activation),
        let kernel = name(dense.kernelInitializer), let bias = name(dense.biasInitializer)
      else { return nil }
      var parts = ["\(dense.units)"]
      if activation != "linear" { parts.append("activation: .\(activation)") }
      if !dense.usesBias { parts.append("usesBias: false") }
      if kernel != "glorotUniform" { parts.append("kernelInitializer: .\(kernel)") }
      if bias != "zeros" { parts.append("biasInitializer: .\(bias)") }
      return "Dense(\(parts.joined(separator: ", ")))"
    case let dropout as Dropout: return "Dropout(\(dropout.rate))"
    case let activation as Activation:
      return name(activation.function).map { "Activation(.\($0))" }
    case let norm as BatchNorm:
      return isUsual(norm) ? "BatchNorm()" : nil
    case let norm as LayerNorm: return isUsual(norm) ? "LayerNorm()" : nil
    default: return nil
    }
  }

  private static func isUsual<L: StoredLayer>(_ layer: L) -> Bool {
    let (given, usual) = (LayerList([layer]), LayerList([L.usual]))
    guard let text = try? JSONText.encode(given) else { return false }
    return (try? JSONText.encode(usual)) == text
  }

  /// `he_normal` as `heNormal`; nil where it has settings of its own.
  private static func name(_ value: some Encodable) -> String? {
    guard let text = try? JSONText.encode(value),
      let name = try? JSONText.decode(String.self, from: text, at: "")
    else { return nil }
    return camelCase(name)
  }

  private static func name(_ initializer: any Initializer) -> String? {
    name(Named<Initializers>(wrappedValue: initializer))
  }

  private static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
