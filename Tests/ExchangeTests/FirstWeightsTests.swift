import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Exchange
@testable import Training

/// A training that begins with weights of a file keeps them, and where they came from.
@Suite struct FirstWeightsTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  private func experiment(_ seed: UInt64 = 1) throws -> Experiment {
    let rows = (0..<80).map {
      "\($0 % 11),\($0 * 7 % 13),\($0 % 11 + $0 * 7 % 13 > 10 ? "a" : "b")\n"
    }
    try temporary.write("x,y,label\n" + rows.joined(), to: "table.csv")
    var configuration = RunConfiguration()
    configuration.data.source = temporary.path("table.csv")
    configuration.data.target = "label"
    configuration.data.seed = seed
    configuration.network.architecture = .layers(
      LayerList([Dense(5, activation: .relu, name: "fc1"), Dense(1, name: "fc2")]))
    configuration.training.epochs = 6
    configuration.training.threads = 1
    return try Experiment(configuration)
  }

  /// As PyTorch would have written them.
  private func begun() throws -> Experiment {
    let path = temporary.path("weights.safetensors")
    try WeightsExport(experiment(9).start, by: NameRules()).file.write(to: path)
    let experiment = try experiment()
    let file = try WeightsFile(path: path, decoders: .none)
    return try experiment.starting(
      with: WeightMap(file, on: experiment.start, by: NameRules()).applied().tensors,
      from: WeightsOrigin(file: path, sha256: file.sha256, rules: "{}"))
  }

  @Test func aRunGoesOnWithoutTheFile() throws {
    let begun = try begun()
    #expect(begun.start.weightsSHA256 == (try experiment(9).start.weightsSHA256))
    #expect(begun.start.weightsSHA256 != (try experiment().start.weightsSHA256))
    let whole = try TrainingSession(begun, in: temporary.path("whole")).train()
    #expect(whole.weights == begun.origin)
    #expect(whole.notes.contains { $0.contains("weights.safetensors (SHA-256 ") })

    let path = temporary.path("cut")
    _ = try TrainingSession(begun, in: path).learn { event, _ in
      if case .epoch(let epoch) = event, epoch.epoch == 3 { .stop } else { .continue }
    }
    try AtomicFile.write([], to: temporary.path("weights.safetensors"))
    let run = try StoredRun(path)
    #expect(try run.experiment().start.weightsSHA256 == begun.start.weightsSHA256)
    let report = try TrainingSession(resuming: run).train()
    #expect(report.weightsSHA256 == whole.weightsSHA256)
    #expect(report.weights == begun.origin)

    // One that was stopped before its first checkpoint begins with them again.
    let early = temporary.path("early")
    _ = try TrainingSession(begun, in: early)
    let again = try TrainingSession(resuming: StoredRun(early)).train()
    #expect(again.weightsSHA256 == whole.weightsSHA256)
  }

  /// A run that replaces another has none of its weights.
  @Test func aRunThatReplacesItBeginsAnew() throws {
    let path = temporary.path("run")
    _ = try TrainingSession(begun(), in: path)
    _ = try TrainingSession(experiment(), in: path, force: true)
    let again = try StoredRun(path).experiment()
    #expect(again.origin == nil)
    #expect(again.start.weightsSHA256 == (try experiment().start.weightsSHA256))
  }
}
