import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Training

@testable import Tuning

/// A folder of small runs on one small table.
struct TrainedRuns {
  let files: TemporaryFolder
  var runs: RunCollection { RunCollection(path: files.path("runs")) }

  static let rows = 150

  init() throws {
    files = try TemporaryFolder()
    var generator = RandomGenerator(seed: 3)
    let lines = (0..<Self.rows).map { _ in
      let (x, y) = (generator.normal(), generator.normal())
      let isYes = x + 0.5 * y + 0.4 * generator.normal() > 0
      return "\(x),\(y),\(isYes ? "yes" : "no"),\(10 + 3 * x - y)\n"
    }
    try files.write("x,y,answer,price\n" + lines.joined(), to: "data.csv")
  }

  func path(_ name: String) -> String { files.path("runs/\(name)") }

  func folder(_ name: String) throws -> RunFolder { try RunFolder(existing: path(name)) }

  /// The listed run of a name.
  func listed(_ name: String) throws -> RunSummary? {
    try runs.list().runs.first { $0.name == name }
  }

  func session(
    _ name: String, _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> TrainingSession {
    var configuration = RunConfiguration()
    configuration.data.source = files.path("data.csv")
    configuration.data.target = "answer"
    configuration.data.ignore = ["price"]
    configuration.data.test = .fraction(0.4)
    configuration.network.hidden = [4]
    configuration.training.epochs = 3
    configuration.training.learningRate = 0.05
    configuration.training.threads = 1
    change(&configuration)
    return try TrainingSession(Experiment(configuration), in: path(name))
  }

  @discardableResult func train(
    _ name: String, stoppingAfter epochs: Int? = nil,
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> ExperimentReport {
    try session(name, change).train { event in
      if case .epoch(let record) = event, record.epoch == epochs { return .stop }
      return .continue
    }
  }

  func copy(_ name: String, to other: String) throws {
    let target = URL(filePath: path(other))
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: URL(filePath: path(name)), to: target)
  }
}
