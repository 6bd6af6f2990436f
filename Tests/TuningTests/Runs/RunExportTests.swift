import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Tuning

/// What other programs read of runs.
@Suite struct RunExportTests {
  private static let python = ProcessInfo.processInfo.environment["GLASSBOX_PYTHON"]

  /// Two runs, one with numbers that are not finite.
  private func prepared() throws -> TrainedRuns {
    let trained = try TrainedRuns()
    try trained.train("größe 1")
    try trained.train("=two") { $0.training.epochs = 2 }
    var record = try #require(try trained.folder("=two").metrics().last)
    record.epoch = 3
    record.validation?["loss"] = .nan
    record.train["loss"] = -.infinity
    try trained.folder("=two").append(record)
    try trained.runs.tag("größe 1", adding: ["a b", "ü"])
    try trained.runs.note("größe 1", "two\n\"lines\"")
    return trained
  }

  @Test func theTableHoldsEveryNumber() throws {
    let trained = try prepared()
    let file = trained.files.path("measured.csv")
    let export = try trained.runs.exportCSV(["größe 1", "=two"], to: file)
    let lines = try trained.files.text("measured.csv").split(separator: "\n")
    #expect(lines[0] == "run,part,metric,epoch,value" && lines.count == export.values + 1)
    let cells = lines.dropFirst().map { $0.split(separator: ",").map(String.init) }
    for record in try trained.folder("größe 1").metrics() {
      for (part, scores) in [("train", record.train), ("validation", record.validation ?? [:])] {
        for (name, value) in scores {
          let row = ["größe 1", part, name, "\(record.epoch)", "\(value)"]
          #expect(cells.contains(row), "\(row)")
        }
      }
    }
    #expect(cells.contains(["'=two", "validation", "loss", "3", "nan"]))
    #expect(cells.contains(["'=two", "train", "loss", "3", "-inf"]))
    #expect(cells.contains { $0[0] == "größe 1" && $0[1] == "test" && $0[2] == "accuracy" })
    #expect(export.notes.count == 1)
    #expect(throws: Problem.self) { try trained.runs.exportCSV(["=two"], to: file) }
    _ = try trained.runs.exportCSV(["=two"], to: file, force: true)
  }

  @Test func sumsAreThoseOfTheStandard() {
    // The check value of CRC-32C, and RFC 3720, B.4: 32 bytes of zeros, of ones, and ascending.
    #expect(TensorBoardFile.sum(of: Array("123456789".utf8)) == 0xE306_9283)
    #expect(TensorBoardFile.sum(of: Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(TensorBoardFile.sum(of: Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(TensorBoardFile.sum(of: Array(0..<32)) == 0x46DD_794E)
  }

  /// What each epoch measured, as a script of Python is to find it.
  private func expected(_ trained: TrainedRuns) throws -> String {
    let runs = try trained.runs.values(of: ["größe 1", "=two"])
    let values = runs.flatMap { run in
      run.values.map { [run.label, $0.part, $0.metric, "\($0.epoch)", "\($0.value)"] }
    }
    return try JSONText.encode(values)
  }

  private func check(_ script: String, _ trained: TrainedRuns, _ folder: String) throws {
    let outcome = try ChildProcess(
      "/usr/bin/env",
      [
        try #require(Self.python), "-B", repositoryPath("Tests/TuningTests/Runs/\(script)"), folder,
      ], input: expected(trained)
    ).outcome()
    #expect(outcome.status == 0, "\(outcome.output.suffix(3000))\(outcome.errors.suffix(3000))")
  }

  @Test(.enabled(if: python != nil, "GLASSBOX_PYTHON names no Python that has tensorboard"))
  func tensorBoardOpensItsFiles() throws {
    let trained = try prepared()
    let folder = trained.files.path("boards")
    let export = try trained.runs.exportTensorBoard(["größe 1", "=two"], to: folder)
    #expect(export.files.count == 8)
    try check("read_tensorboard.py", trained, folder)
    #expect(throws: Problem.self) { try trained.runs.exportTensorBoard(["=two"], to: folder) }
    let before = try trained.files.bytes("boards/=two/train/\(TensorBoardFile.name)")
    _ = try trained.runs.exportTensorBoard(["=two"], to: folder, force: true)
    #expect(try trained.files.bytes("boards/=two/train/\(TensorBoardFile.name)") == before)
  }

  @Test(.enabled(if: python != nil, "GLASSBOX_PYTHON names no Python that has mlflow"))
  func mlflowReadsItsFiles() throws {
    let trained = try prepared()
    let folder = trained.files.path("ml runs")
    _ = try trained.runs.exportMLflow(["größe 1"], to: folder)
    _ = try trained.runs.exportMLflow(["=two"], to: folder)
    try check("read_mlflow.py", trained, folder)
    #expect(throws: Problem.self) { try trained.runs.exportMLflow(["=two"], to: folder) }
    _ = try trained.runs.exportMLflow(["=two"], to: folder, force: true)
  }

  @Test func aDamagedRunIsNotExported() throws {
    let trained = try prepared()
    try trained.files.write("{", to: "runs/=two/config.json")
    #expect(throws: Problem.self) {
      try trained.runs.exportCSV(["größe 1", "=two"], to: trained.files.path("x.csv"))
    }
    #expect(!trained.files.exists("x.csv"))
  }
}
