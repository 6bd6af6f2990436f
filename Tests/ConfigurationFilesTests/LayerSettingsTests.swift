import Datasets
import Engine
import TestSupport
import Testing

@testable import ConfigurationFiles
@testable import Networks
@testable import Training

/// Every layer, with every setting: from a file in YAML to a run, from the run's `config.json` back to
/// the same network, and on from where the run was stopped.
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
    case String.words: ["given"]
    case [Int].words: ["[4, 8]", "[2, 2, 2]"]
    case [[Double]].words:
      ["[[-1, 0.5, 2], " + Array(repeating: "[]", count: 31).joined(separator: ", ") + "]"]
    case [GraphNode].words: ["[{}, {op: relu, inputs: [0]}]"]
    case LayerList.words:
      [
        "\n    - layer: lstm\n      units: 3", "[{layer: dense, units: 4}]",
        "[{layer: dense, units: 32}]", "[{layer: dense, units: 2}]",
      ]
    case ActivationFunction.words: ["softplus", "sigmoid"]
    case Initializers.word: ["{name: constant, value: 0.625}"]
    case Extents.words: ["[2, 1]"]
    case Ends.words: ["[1, 2]"]
    case Sides.words: ["\n    - [1, 2]\n    - [3, 0]"]
    default: facts.type.replacing(" or ", with: ", ").split(separator: ", ").map(String.init)
    }
  }

  /// What a layer is given of the 32 numbers of a row.
  private static let inputs = ["[32]", "[8, 4]", "[4, 4, 2]"]

  private func file(_ kind: String, _ settings: [String: String], _ input: String) -> String {
    """
    data: \(temporary.path("table.csv"))
    target: y
    scaling: none
    epochs: 2
    batch: 5
    threads: 1
    network:
      - {layer: reshape, shape: \(input)}
      - layer: \(kind)
    \(settings.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)\n" }.joined())
      - layer: flatten
      - {layer: dense, units: 1}

    """
  }

  private func experiment(_ file: String) throws -> Experiment {
    let settings = try ConfigurationFile.read(Array(file.utf8), "run.yaml")
    return try Experiment(ConfigurationSources(file: settings).configuration())
  }

  /// The first of the inputs and values with which the network can be built; else what is wrong.
  private func first(
    _ kind: any StoredLayer.Type, _ settings: [(String, [String])]
  ) throws -> (file: String, experiment: Experiment) {
    var problem: (any Error)?
    var choices: [[String: String]] = [[:]]
    for (name, values) in settings {
      choices = choices.flatMap { choice in values.map { choice.merging([name: $0]) { $1 } } }
    }
    for input in Self.inputs.reversed() {
      for choice in choices {
        let file = file(kind.kind, choice, input)
        do { return (file, try experiment(file)) } catch { problem = problem ?? error }
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
      let (file, experiment) = try first(kind, settings)
      let folder = temporary.path("\(name)-\(facts?.name ?? "usual")")
      // Stopped in the middle of the first epoch.
      _ = try TrainingSession(experiment, in: folder).train { _ in .stop }
      let run = try StoredRun(folder)
      let written = try JSONText.encode(run.configuration.network.layers)
      #expect(try written == JSONText.encode(experiment.configuration.network.layers), "\(file)")
      if let facts, !isAlternative(facts.name, of: kind) {
        #expect(written.contains("\"\(facts.name)\":"), "\(facts.name) in \(written)")
      }
      #expect(
        try Experiment(run.configuration).start.weightsSHA256 == experiment.start.weightsSHA256,
        "the same first weights: \(file)")
      try expectResumed(run, isAsUnbroken: experiment, file)
    }
  }

  private func expectResumed(
    _ run: StoredRun, isAsUnbroken experiment: Experiment, _ file: String
  ) throws {
    let unbroken = try experiment.run()
    try unbroken.run()
    let resumed = try TrainingSession(resuming: run)
    #expect(try resumed.learn().reason == .finished, "\(file)")
    #expect(
      resumed.loop.checkpoint().variables.map(\.tensor)
        == unbroken.checkpoint().variables.map(\.tensor),
      "the same bits after going on: \(file)")
  }

  /// Another way to write a part of a setting; the setting itself is what is written.
  private func isAlternative(_ name: String, of kind: any StoredLayer.Type) -> Bool {
    kind is ZeroPadding2D.Type && name != "padding"
  }
}
