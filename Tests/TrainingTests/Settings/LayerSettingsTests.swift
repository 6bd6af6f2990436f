import Datasets
import Engine
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Every layer, with every setting: from a file's settings to a run, and from its `config.json` back to
/// the same network.
@Suite struct LayerSettingsTests {
  private let temporary: TemporaryFolder

  /// Numbers that can be tokens too.
  init() throws {
    temporary = try TemporaryFolder()
    var text = (0..<32).map { "x\($0)," }.joined() + "y\n"
    for row in 0..<20 {
      text += (0..<32).map { "\((row + $0) % 3)," }.joined() + "\(Double(row) / 7)\n"
    }
    try temporary.write(text, to: "table.csv")
  }

  /// Values to try for a setting; the first with which a network can be built is taken.
  private static func candidates(_ facts: SettingFacts) -> [String] {
    switch facts.type {
    case Int.words: ["2", "4", "1", "6"]
    case Double.words: ["0.25"]
    case Bool.words: ["true", "false"]
    case String.words: ["\"given\""]
    case [Int].words: ["[4,8]"]
    case LayerList.words:
      [
        #"[{"layer":"lstm","units":3}]"#, #"[{"layer":"dense","units":4}]"#,
        #"[{"layer":"dense","units":32}]"#,
      ]
    case ActivationFunction.words: [#""softplus""#]
    case Initializers.word: [#"{"name":"constant","value":0.625}"#]
    case Extents.words: ["[2,1]"]
    case Ends.words: ["[1,2]"]
    case Sides.words: ["[[1,2],[3,0]]"]
    default: facts.type.replacing(" or ", with: ", ").split(separator: ", ").map { "\"\($0)\"" }
    }
  }

  /// What a layer is given of the 32 numbers of a row.
  private static let inputs = ["[32]", "[8,4]", "[4,4,2]"]

  private static func network(_ kind: String, _ settings: [String: String], _ input: String)
    -> String
  {
    let written = settings.sorted { $0.key < $1.key }.map { ",\"\($0)\":\($1)" }.joined()
    return #"[{"layer":"reshape","shape":"# + input + #"},{"layer":""# + kind + "\"" + written
      + #"},{"layer":"flatten"},{"layer":"dense","units":1}]"#
  }

  private func experiment(_ network: String) throws -> Experiment {
    var sources = ConfigurationSources()
    sources.file = try LocatedValue(
      json: #"{"scaling":"none","epochs":1,"threads":1,"network":"# + network + "}",
      origin: "run.yaml")
    sources.said = [
      "data": LocatedValue(.text(temporary.path("table.csv"))), "target": LocatedValue(.text("y")),
    ]
    return try Experiment(sources.configuration())
  }

  /// The first of the inputs and values with which the network can be built; else what is wrong.
  private func first(
    _ kind: any StoredLayer.Type, _ settings: [(String, [String])]
  ) throws -> (network: String, experiment: Experiment) {
    var problem: (any Error)?
    var choices: [[String: String]] = [[:]]
    for (name, values) in settings {
      choices = choices.flatMap { choice in values.map { choice.merging([name: $0]) { $1 } } }
    }
    for input in Self.inputs.reversed() {
      for choice in choices {
        let network = Self.network(kind.kind, choice, input)
        do { return (network, try experiment(network)) } catch { problem = problem ?? error }
      }
    }
    throw problem ?? Problem.data(kind.kind, expected: "a network", found: "none")
  }

  @Test(arguments: Registry.standard.layers.map { $0.kind })
  func everySettingComesBackFromTheRun(_ name: String) throws {
    let kind = try #require(Registry.standard.layers.first { $0.kind == name })
    let required = kind.settingFacts.filter(\.isRequired).map { ($0.name, Self.candidates($0)) }
    for facts in [nil] + kind.settingFacts.filter({ !$0.isRequired }).map(Optional.some) {
      let settings = required + (facts.map { [($0.name, Self.candidates($0))] } ?? [])
      let (network, experiment) = try first(kind, settings)
      let folder = temporary.path("\(name)-\(facts?.name ?? "usual")")
      _ = try TrainingSession(experiment, in: folder)
      let stored = try StoredRun(folder).configuration
      let (given, kept) = (experiment.configuration, stored)
      #expect(
        try JSONText.encode(kept.network.layers) == JSONText.encode(given.network.layers),
        "\(network)")
      let written = try JSONText.encode(kept.network.layers)
      if let facts, !isAlternative(facts.name, of: kind) {
        #expect(written.contains("\"\(facts.name)\":"), "\(facts.name) in \(written)")
      }
      let again = try Experiment(kept)
      #expect(
        again.start.weightsSHA256 == experiment.start.weightsSHA256, "the same first weights")
    }
  }

  /// Another way to write a part of a setting; the setting itself is what is written.
  private func isAlternative(_ name: String, of kind: any StoredLayer.Type) -> Bool {
    kind is ZeroPadding2D.Type && name != "padding"
  }
}
