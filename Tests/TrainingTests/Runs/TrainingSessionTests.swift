import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// What the command does to train, done by the library.
@Suite struct TrainingSessionTests {
  private let temporary: TemporaryFolder
  private var folder: String { temporary.path("runs") }

  init() throws { temporary = try TemporaryFolder() }

  private let text =
    "a,b,label\n"
    + (0..<90).map { "\($0 % 11),\($0 * 7 % 13),\($0 % 11 + $0 * 7 % 13 > 10 ? "yes" : "no")\n" }
    .joined()

  private func configuration() -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.target = "label"
    configuration.training.epochs = 8
    configuration.network.hidden = [4]
    configuration.training.threads = 1
    return configuration
  }

  private func table() throws -> DataTable {
    try DataTable(reading: MemorySource(Array(text.utf8), name: "table"))
  }

  @Test func aTableInMemoryLearnsAsItsFileDoes() throws {
    let inMemory = try Experiment(
      configuration(), data: PreparedData(table: table(), configuration()))
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    var fromFile = configuration()
    fromFile.data.source = path
    let hashes = try [inMemory, Experiment(fromFile)].map { experiment in
      let loop = try experiment.run()
      try loop.run()
      return try experiment.model(of: loop).model.weightsSHA256
    }
    #expect(hashes[0] == hashes[1])
    #expect(throws: Problem.self) { try PreparedData(table: table(), fromFile) }
    let problem = #expect(throws: Problem.self) {
      try PreparedData(table: table(), RunConfiguration())
    }
    #expect(problem?.location == "target" && problem?.fix.contains("label") == true)
  }

  @Test func arraysMakeAnExperiment() throws {
    let inputs = (0..<200).map { Float($0 % 17) / 17 }
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: inputs),
      targets: Examples(
        shape: .scalar, floats: (0..<100).map { inputs[2 * $0] > inputs[2 * $0 + 1] ? 1 : 0 }))
    let preprocessing = try Preprocessing(
      columns: ["left", "right"], target: "larger", classes: ["right", "left"])
    let prepared = try PreparedData(
      train: data.subset(Array(0..<80)), validation: data.subset(Array(80..<100)),
      preprocessing: preprocessing)
    #expect(prepared.duplicates.count > 0, "the pattern repeats")
    var configuration = RunConfiguration()
    configuration.training.epochs = 3
    let session = try TrainingSession(Experiment(configuration, data: prepared), in: folder + "/a")
    let report = try session.train()
    #expect(report.rows == .init(train: 80, validation: 20, test: 0))
    let answer = try StoredRun(folder + "/a").model().predict(["left": 0.9, "right": 0.1])
    #expect(answer.label == "left" || answer.label == "right")

    var wrong = data
    wrong.targets = try Examples(shape: .scalar, floats: [Float](repeating: 2, count: 100))
    let problem = #expect(throws: Problem.self) {
      try PreparedData(train: data, validation: wrong, preprocessing: preprocessing)
    }
    #expect(problem?.location == "validation, example 1")
  }

  @Test func aSessionWritesEverythingAndARunOpensIt() throws {
    let experiment = try Experiment(
      configuration(), data: PreparedData(table: table(), configuration()))
    let session = try TrainingSession(experiment, in: folder + "/one")
    #expect(try session.folder.state == .prepared)
    var epochs = 0
    let report = try session.train { event in
      if case .epoch = event { epochs += 1 }
      return .continue
    }
    #expect(epochs == 8 && report.epochsRun == 8)
    let run = try StoredRun(folder + "/one")
    #expect(try run.state == .finished && run.history.count == 8)
    #expect(try run.folder.report().weightsSHA256 == report.weightsSHA256)
    #expect(run.configuration.network.hidden == nil)
    #expect(run.configuration.network.architecture != nil, "all is decided")
    let model = try run.model()
    #expect(model.model.weightsSHA256 == report.weightsSHA256)
    let summary = try #require(model.dataSummary)
    #expect(summary.columns.map(\.name) == ["a", "b"] && summary.rows == report.rows.train)
    let answers = try #require(summary.predictions?.categories)
    #expect(answers.map(\.category) == ["no", "yes"])
    #expect(answers.reduce(0) { $0 + $1.count } == summary.rowsSeen)
    #expect(try #require(summary.confidence).minimum >= 0.5)
    // A second run does not replace it unasked.
    let refused = #expect(throws: Problem.self) {
      try TrainingSession(experiment, in: folder + "/one")
    }
    #expect(refused?.kind == .cannotCreate)
    _ = try TrainingSession(experiment, in: folder + "/one", force: true)
  }

  @Test func testRowsStaySealedUntilTheyAreUnsealed() throws {
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    var configuration = configuration()
    configuration.data.source = path
    let plain = try TrainingSession(Experiment(configuration), in: folder + "/plain").train()
    let session = try TrainingSession(Experiment(configuration), in: folder + "/sealed")
    let sealed = try session.conclude(session.learn(), sealed: true).report
    #expect(sealed.test == nil && sealed.testScorings == 0 && sealed.validation != nil)
    let run = try StoredRun(folder + "/sealed")
    #expect(try run.state == .finished)
    let unsealed = try run.unseal()
    #expect(unsealed.testScorings == 1)
    #expect(try JSONText.encode(unsealed.test) == JSONText.encode(plain.test))
    #expect(unsealed.weightsSHA256 == sealed.weightsSHA256)
    #expect(try run.folder.report().testScorings == 1)
    // Scores that are known are not scored again.
    #expect(try run.unseal().testScorings == 1)

    let stopped = try TrainingSession(Experiment(configuration), in: folder + "/stopped")
    _ = try stopped.train { if case .epoch = $0 { .stop } else { .continue } }
    #expect(throws: Problem.self) { try StoredRun(folder + "/stopped").unseal() }
  }

  @Test func aStoppedSessionGoesOnToTheSameBits() throws {
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    var configuration = configuration()
    configuration.data.source = path
    let whole = try TrainingSession(Experiment(configuration), in: folder + "/whole").train()

    var steps = 0
    let stopped = try TrainingSession(Experiment(configuration), in: folder + "/cut")
    let first = try stopped.train { event in
      if case .step = event { steps += 1 }
      return steps == 13 ? .stop : .continue
    }
    #expect(first.ending == .interrupted)
    #expect(try stopped.folder.state == .interrupted)
    let second = try TrainingSession(resuming: StoredRun(folder + "/cut"), threads: 2).train()
    #expect(second.weightsSHA256 == whole.weightsSHA256)

    let runs = try RunFolder.all(in: folder)
    #expect(runs.map(\.name) == ["cut", "whole"])
    #expect(try runs.map { try $0.state } == [.finished, .finished])
    #expect(try RunFolder.all(in: folder + "/nothing").isEmpty)
  }

  @Test func whatTheObserverThrowsEndsTheTraining() throws {
    struct Enough: Error {}
    let experiment = try Experiment(
      configuration(), data: PreparedData(table: table(), configuration()))
    let session = try TrainingSession(experiment, in: folder + "/thrown")
    #expect(throws: Enough.self) {
      try session.train { event in
        if case .epoch(let record) = event, record.epoch == 2 { throw Enough() }
        return .continue
      }
    }
    #expect(try session.folder.state == .unfinished)
    #expect(session.folder.has(.model) && session.folder.has(.checkpoint))
    #expect(try StoredRun(folder + "/thrown").checkpoint().epochsDone == 2)

    let within = try TrainingSession(experiment, in: folder + "/within")
    #expect(throws: Enough.self) {
      _ = try within.learn { event, _ in
        if case .step(let step) = event, step.epoch == 2, step.step == 3 { throw Enough() }
        return .continue
      }
    }
    let checkpoint = try StoredRun(folder + "/within").checkpoint()
    #expect(checkpoint.epochsDone == 1 && checkpoint.steps % 8 != 0)
    #expect(within.folder.has(.model))
  }

  @Test func nothingIsOverwrittenUnasked() throws {
    let path = temporary.path("file")
    try AtomicFile.refuseToOverwrite(path, force: false)
    try AtomicFile.write([1], to: path)
    let problem = #expect(throws: Problem.self) {
      try AtomicFile.refuseToOverwrite(path, force: false)
    }
    #expect(problem?.kind == .cannotCreate && problem?.fix.contains("`force`") == true)
    try AtomicFile.refuseToOverwrite(path, force: true)
  }
}
