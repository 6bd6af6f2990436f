import Datasets
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct TrainingRouteTests {
  @Test func aTrainingOfThePageIsTheCommandsTraining() async throws {
    let folder = try FolderOfRuns()
    let own = try folder.trained { $0.training.epochs = 5 }
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["epochs": "5"]))
      #expect(name == "clouds")
      try await studio.end(of: name)
      #expect(try folder.weights(of: name) == own)
      // The same name again is another folder.
      #expect(try await studio.train(folder.wish(["epochs": "1"])) == "clouds-2")
    }
  }

  @Test func whoStopsAndGoesOnGetsTheSameBits() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(FolderOfRuns.endless))
      let stopped = try await studio.ask("POST", "/api/run/stop?name=\(name)")
      #expect(stopped.status == 200, "\(stopped.text)")
      try await studio.end(of: name)
      #expect(try folder.state(of: name) == .interrupted)
      let again = try await studio.ask("POST", "/api/run/stop?name=\(name)")
      #expect(again.status == 422 && again.text.contains("trains in now"))
      let epochs = try RunFolder(existing: "\(folder.runs)/\(name)").metrics().count + 5
      let resumed = try await studio.ask(
        "POST", "/api/run/resume?name=\(name)", #"{"settings":{"epochs":"\#(epochs)"}}"#)
      #expect(resumed.status == 200, "\(resumed.text)")
      try await studio.end(of: name)
      #expect(try folder.state(of: name) == .finished)
      let own = try folder.trained {
        ($0.training.epochs, $0.training.patience) = (epochs, epochs)
        $0.training.schedule = Schedules.Constant()
      }
      #expect(try folder.weights(of: name) == own)
    }
  }

  @Test func theEndOfTheStudioKeepsWhatWasLearned() async throws {
    let folder = try FolderOfRuns()
    let name = try await RunningStudio.with(folder: folder.runs) { studio in
      try await studio.train(folder.wish(FolderOfRuns.endless))
    }
    #expect(try folder.state(of: name) == .interrupted)
    var run = try StoredRun("\(folder.runs)/\(name)")
    let done = try run.history.count
    run.configuration.training.epochs = done + 2
    _ = try TrainingSession(resuming: run).train()
    #expect(try run.history.count == done + 2)
  }

  @Test func aRunIsTrainedAgainWithOtherSettings() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let first = try await studio.train(folder.wish(["epochs": "2"]))
      try await studio.end(of: first)
      let second = try await studio.train(
        folder.wish(["learning_rate": "0.5", "epochs": "3"], from: first))
      try await studio.end(of: second)
      let (one, other) = (
        try StoredRun("\(folder.runs)/\(first)"), try StoredRun("\(folder.runs)/\(second)")
      )
      #expect(other.configuration.training.learningRate == 0.5)
      #expect(try other.history.count == 3)
      #expect(other.configuration.network.layers?.layers.count == 2)
      // The same rows are kept back.
      let splits = try [one, other].map { try $0.experiment().data.split.test }
      #expect(splits[0] == splits[1] && !splits[0].isEmpty)
    }
  }

  @Test func faultsAreToldBeforeAnythingIsWritten() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      for (settings, word) in [
        (["target": "rip"], "write `ripe`"), (["epochs": "-1"], "epochs"),
        (["optimzer": "adam"], "write `optimizer`"), (["data": ""], "data"),
        (["data": "/nowhere/none.csv"], "check the path"), (["hidden": "0"], "units"),
      ] {
        let answer = try await studio.ask("POST", "/api/runs", folder.wish(settings))
        #expect(answer.status >= 400, "\(settings)")
        #expect((answer.json["detail"] as? String)?.contains(word) == true, "\(answer.text)")
      }
      #expect(!FileManager.default.fileExists(atPath: folder.runs))
      let unknown = try await studio.ask("POST", "/api/run/stop?name=none")
      #expect(unknown.status >= 400)
    }
  }

  @Test func whatDivergesIsSaidInTheList() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(
        folder.wish([
          "epochs": "200", "optimizer": "sgd", "learning_rate": "1e38",
          "activation": "leaky_relu",
        ]))
      let head =
        "GET /api/runs?text= HTTP/1.1\r\nHost: 127.0.0.1:\(studio.port)\r\n"
        + "Authorization: Bearer \(studio.token)\r\n\r\n"
      let answer = try await RawClient.send([Array(head.utf8)], port: studio.port) {
        $0.text.contains(#""failures":[{"#)
      }
      #expect(answer.text.contains("no longer") || answer.text.contains("finite"))
      #expect(answer.text.contains(name))
    }
  }

  @Test func aDroppedFileIsKeptUnderANameOfItsOwn() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      func keep(_ name: String, _ content: String) async throws -> RawClient.Answer {
        try await studio.ask("POST", "/api/data?name=\(name)", content)
      }
      let first = try await keep("a.csv", "x;y\n1;2\n")
      #expect(first.json["columns"] as? [String] == ["x", "y"], "\(first.text)")
      let path = try #require(first.json["path"] as? String)
      #expect(try await keep("a.csv", "x;y\n1;2\n").json["path"] as? String == path)
      let other = try await keep("a.csv", "x;y\n3;4\n").json["path"] as? String
      #expect(other == path.replacingOccurrences(of: "a.csv", with: "a-2.csv"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "x;y\n1;2\n")
      // No name leads out of the folder.
      let outside = try await keep("..%2F..%2Fb.csv", "x\n1\n").json["path"] as? String
      #expect(outside == "\(folder.runs)/data/b.csv")
      #expect(try await keep("..", "x\n1\n").status == 422)
      // Files beside the runs are no runs.
      #expect(try RunFolder.all(in: folder.runs).isEmpty)
    }
  }
}
