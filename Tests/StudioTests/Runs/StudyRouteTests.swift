import Foundation
import Networks
import TestSupport
import Testing
import Training
import Tuning

@testable import Studio

/// Studies that begin, stop and go on by the page's routes, and those of a terminal.
@Suite struct StudyRouteTests {
  /// Waits until a study does not run any more.
  private func end(of path: String, _ studio: RunningStudio) async throws {
    for _ in 0..<3000 {
      if !RunLock.isHeld(path) { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw RunningStudio.Refused(text: "\(path) does not end")
  }

  private func begin(
    _ folder: FolderOfRuns, _ studio: RunningStudio, _ others: [String: Any]
  ) async throws -> RawClient.Answer {
    let settings = [
      "data": folder.data, "target": "ripe", "hidden": "2", "threads": "1", "epochs": "2",
    ]
    let wish = ["settings": settings].merging(others) { $1 }
    let body = String(decoding: try JSONSerialization.data(withJSONObject: wish), as: UTF8.self)
    return try await studio.ask("POST", "/api/studies", body)
  }

  private var small: [String: Any] { ["trials": 3, "finalists": 1, "final_seeds": 1] }
  private let space = #"{"learning_rate": [0.01, 0.1, 0.3]}"#

  private func now(_ studio: RunningStudio) async throws -> String {
    let head =
      "GET /api/studies HTTP/1.1\r\nHost: 127.0.0.1:\(studio.port)\r\n"
      + "Authorization: Bearer \(studio.token)\r\n\r\n"
    return try await RawClient.send([Array(head.utf8)], port: studio.port) {
      $0.text.contains(#""notes":"#)
    }.text
  }

  @Test func aStudyOfThePageIsTheLibrarysStudy() async throws {
    let folder = try FolderOfRuns()
    let studies = folder.runs + "-studies"
    try await RunningStudio.with(folder: folder.runs, studies: studies) { studio in
      let answer = try await begin(
        folder, studio, ["name": "rates", "space": space, "changes": small])
      #expect(answer.json["name"] as? String == "\(studies)/rates", "\(answer.text)")
      try await end(of: "\(studies)/rates", studio)
      let stored = try StoredStudy("\(studies)/rates")
      #expect(stored.record.trials.count == 3 && stored.record.seed == 1)
      #expect(stored.record.trials.allSatisfy { $0.value?.isFinite == true })
      // The same without a studio.
      var configuration = RunConfiguration()
      (configuration.data.source, configuration.data.target) = (folder.data, "ripe")
      (configuration.network.hidden, configuration.training.epochs) = ([2], 2)
      configuration.training.threads = 1
      var settings = StudySettings()
      (settings.trials, settings.finalists, settings.finalSeeds) = (3, 1, 1)
      let alone = "\(studies)/alone"
      try Study(
        configuration, space: SearchSpace(json: space, for: configuration), settings: settings,
        in: alone
      ).run()
      let own = try StoredStudy(alone)
      #expect(own.record.trials.map(\.value) == stored.record.trials.map(\.value))
      #expect(try await now(studio).contains("rates"))
      // Its name is taken now.
      let again = try await begin(folder, studio, ["name": "rates", "space": space])
      #expect(again.status == 422 && again.text.contains("that of a study"), "\(again.text)")
      // Its trials' runs are known by their names.
      let trial = "\(studies)/rates/runs/0002"
      let renamed = try await studio.ask(
        "POST", "/api/run/rename?name=\(trial)", #"{"name":"best"}"#)
      #expect(renamed.status >= 400 && renamed.text.contains("a trial of"), "\(renamed.text)")
      let told = try await studio.ask("POST", "/api/runs/removal", #"{"names":["\#(trial)"]}"#)
      #expect(told.text.contains("cannot train it any further"), "\(told.text)")
    }
  }

  @Test func aStudyStopsAndGoesOn() async throws {
    let folder = try FolderOfRuns()
    let studies = folder.runs + "-studies"
    try await RunningStudio.with(folder: folder.runs, studies: studies) { studio in
      var many = small
      many["trials"] = 5000
      let space = "{\"learning_rate\": {\"from\": 0.001, \"to\": 1, \"scale\": \"log\"}}"
      let answer = try await begin(
        folder, studio, ["name": "long", "space": space, "changes": many])
      let path = try #require(answer.json["name"] as? String, "\(answer.text)")
      while try StoredStudy(path).record.trials.count < 3 {
        try await Task.sleep(for: .milliseconds(20))
      }
      let trial = try await studio.ask("POST", "/api/run/stop?name=\(path)/runs/0001")
      #expect(trial.status == 422 && trial.text.contains("stop the study"), "\(trial.text)")
      let kept = try await studio.ask(
        "POST", "/api/runs/removal", "{\"names\":[\"\(path)/runs/0001\"]}")
      #expect(kept.status >= 400 && kept.text.contains("stop the study"), "\(kept.text)")
      let stopped = try await studio.ask("POST", "/api/study/stop?name=\(path)")
      #expect(stopped.status == 200, "\(stopped.text)")
      try await end(of: path, studio)
      let count = try StoredStudy(path).record.trials.count
      #expect(count < 5000)
      let more = try await studio.ask(
        "POST", "/api/study/resume?name=\(path)", "{\"changes\":{\"trials\":\(count + 2)}}")
      #expect(more.status == 200, "\(more.text)")
      try await end(of: path, studio)
      let trials = try StoredStudy(path).record.trials
      #expect(trials.count == count + 2 && trials.allSatisfy { $0.state != .running })
    }
  }

  @Test func theEndOfTheStudioLeavesAStudyThatGoesOn() async throws {
    let folder = try FolderOfRuns()
    let studies = folder.runs + "-studies"
    let path = "\(studies)/cut"
    try await RunningStudio.with(folder: folder.runs, studies: studies) { studio in
      var many = small
      many["trials"] = 5000
      let answer = try await begin(
        folder, studio,
        ["name": "cut", "space": #"{"dropout": {"from": 0, "to": 0.5}}"#, "changes": many])
      #expect(answer.status == 200, "\(answer.text)")
      while try StoredStudy(path).record.trials.count < 2 {
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    #expect(!RunLock.isHeld(path))
    let count = try StoredStudy(path).record.trials.count
    var (configuration, settings) = try Study.kept(at: StudyPlace(path))
    configuration.training.threads = 1
    settings.trials = count + 1
    try Study(configuration, settings: settings, in: path).run()
    let trials = try StoredStudy(path).record.trials
    #expect(trials.count == count + 1 && trials.allSatisfy { $0.state != .running })
  }

  @Test func faultsAreToldBeforeAnythingIsWritten() async throws {
    let folder = try FolderOfRuns()
    let studies = folder.runs + "-studies"
    try await RunningStudio.with(folder: folder.runs, studies: studies) { studio in
      for (others, word) in [
        (["space": #"{"learning_rat": [1]}"#], "learning_rate"),
        (["changes": ["trials": 0]], "1 to 100,000"), (["parallel": 0], "1 to 1,024"),
        (["changes": ["sampler": "tpee"]], "tpe"), (["time": "soon"], "time"),
        (["name": "../x"], "without"), (["changes": ["objective": "los"]], "loss"),
      ] as [([String: Any], String)] {
        let answer = try await begin(folder, studio, others)
        #expect(answer.status >= 400, "\(others)")
        #expect(answer.text.contains(word), "\(others): \(answer.text)")
      }
      #expect(!FileManager.default.fileExists(atPath: studies))
      let space = try await studio.ask(
        "GET", "/api/study/space?data=\(folder.data)&target=ripe")
      #expect(
        (space.json["space"] as? String)?.contains("learning_rate: {") == true, "\(space.text)")
    }
  }
}
