import Datasets
import Foundation
import Networks
import TestSupport
import Training

/// A folder with a table of two overlapping clouds, in which a studio trains.
struct FolderOfRuns {
  private let temporary: TemporaryFolder
  let runs: String
  let models: String
  let data: String
  /// The cells of the table's rows.
  let rows: [[String]]

  init() throws {
    temporary = try TemporaryFolder()
    (runs, models) = (temporary.path("runs"), temporary.path("models"))
    data = temporary.path("clouds.csv")
    // Low bits of a multiplication: no pattern that matters, the same everywhere.
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    rows = (0..<400).map { row in
      let shift = row % 2 == 0 ? 0.0 : 0.6
      return ["\(next() + shift)", "\(next() - shift)", row % 2 == 0 ? "no" : "yes"]
    }
    try Data(("width,height,ripe\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined()).utf8)
      .write(to: URL(fileURLWithPath: data))
  }

  /// Settings of a training that is not over before somebody stops it, on any machine, and that learns at the same
  /// rate however many epochs it has in the end.
  static let endless = [
    "epochs": "100000000", "patience": "100000000", "schedule": "constant",
  ]

  /// What a training is asked for with, as JSON.
  func wish(_ others: [String: String] = [:], from run: String? = nil) throws -> String {
    let usual = run == nil ? ["data": data, "target": "ripe", "hidden": "4", "threads": "1"] : [:]
    var wish: [String: Any] = ["settings": usual.merging(others) { $1 }]
    if let run { wish["from"] = run }
    return String(decoding: try JSONSerialization.data(withJSONObject: wish), as: UTF8.self)
  }

  /// The same training without a studio.
  /// - Returns: the weights' hash.
  func trained(_ change: (inout RunConfiguration) -> Void) throws -> String {
    var configuration = RunConfiguration()
    (configuration.data.source, configuration.data.target) = (data, "ripe")
    (configuration.network.hidden, configuration.training.threads) = ([4], 1)
    change(&configuration)
    let session = try TrainingSession(
      Experiment(configuration), in: temporary.path("alone-\(UUID().uuidString)"))
    _ = try session.train()
    return try StoredRun(session.folder.path).model().model.weightsSHA256
  }

  func weights(of run: String) throws -> String {
    try StoredRun("\(runs)/\(run)").model().model.weightsSHA256
  }

  func state(of run: String) throws -> RunFolder.State {
    try RunFolder(existing: "\(runs)/\(run)").state
  }
}

extension RunningStudio {
  /// Begins a training.
  /// - Returns: its name.
  func train(_ wish: String) async throws -> String {
    let answer = try await ask("POST", "/api/runs", wish)
    guard let name = answer.json["name"] as? String else { throw Refused(text: answer.text) }
    return name
  }

  /// Waits until a run is no longer trained and has a report.
  func end(of run: String) async throws {
    for _ in 0..<3000 {
      let answer = try await ask("GET", "/api/run?name=\(run)")
      let description = answer.json["description"] as? [String: Any]
      let state = (description?["run"] as? [String: Any])?["state"] as? String
      if let state, ["finished", "interrupted"].contains(state),
        answer.json["has_page"] as? Bool == true
      {
        return
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Refused(text: "\(run) does not end")
  }
}
