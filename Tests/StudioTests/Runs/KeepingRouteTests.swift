import Foundation
import Networks
import TestSupport
import Testing
import Training
import Tuning

@testable import Studio

/// Tags, notes, names and deletion, over the page's routes.
@Suite struct KeepingRouteTests {
  @Test func whatIsSaidOfARunIsWhatTheLibraryReads() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["epochs": "1"]))
      try await studio.end(of: name)
      func say(_ body: String) async throws -> RawClient.Answer {
        try await studio.ask("POST", "/api/run/about?name=\(name)", body)
      }
      #expect(
        try await say(#"{"add":["b","a"],"note":"first"}"#).json["tags"] as? [String] == ["a", "b"])
      #expect(try await say(#"{"remove":["a"]}"#).json["tags"] as? [String] == ["b"])
      let run = try RunCollection(path: folder.runs).list().runs[0]
      #expect(run.tags == ["b"] && run.note == "first")
      let refused = try await say(#"{"add":["a,b"]}"#)
      #expect(refused.status == 422 && refused.text.contains("without a comma"))
    }
  }

  @Test func aNewNameIsInTheReportToo() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["epochs": "1"]))
      try await studio.end(of: name)
      let other = try await studio.train(folder.wish(["epochs": "1"]))
      try await studio.end(of: other)
      func rename(_ now: String) async throws -> RawClient.Answer {
        try await studio.ask("POST", "/api/run/rename?name=\(name)", #"{"name":"\#(now)"}"#)
      }
      let taken = try await rename(other)
      #expect(taken.status >= 400 && taken.text.contains("not taken"))
      #expect(try await rename("../out").status == 422)
      let answer = try await rename("fruit")
      #expect(answer.json["name"] as? String == "fruit", "\(answer.text)")
      #expect(answer.json["note"] == nil)
      let run = try RunFolder(existing: "\(folder.runs)/fruit")
      let page = try String(contentsOfFile: run[.page], encoding: .utf8)
      #expect(page.contains("runs/fruit") && !page.contains("runs/\(name)/"))
    }
  }

  @Test func whatIsToldGoesAndNothingElse() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      for epochs in ["1", "2"] {
        try await studio.end(of: studio.train(folder.wish(["epochs": epochs])))
      }
      let registered = try await studio.ask(
        "POST", "/api/models", #"{"do":"register","run":"clouds","name":"fruit"}"#)
      #expect(registered.status == 200, "\(registered.text)")
      let told = try await studio.ask("POST", "/api/runs/removal", #"{"names":["clouds"]}"#)
      let id = try #require(told.json["id"] as? String, "\(told.text)")
      let bytes = try FileManager.default.contentsOfDirectory(atPath: "\(folder.runs)/clouds")
        .reduce(0) {
          let file = "\(folder.runs)/clouds/\($1)"
          return try $0 + (FileManager.default.attributesOfItem(atPath: file)[.size] as! Int)
        }
      #expect(told.json["bytes"] as? Int == bytes)
      #expect(told.json["models"] as? [String] == ["version 1 of fruit"])
      #expect((told.json["text"] as? String)?.contains("was copied from it and stays") == true)
      #expect(FileManager.default.fileExists(atPath: "\(folder.runs)/clouds"))
      let gone = try await studio.ask("POST", "/api/runs/delete", #"{"id":"\#(id)"}"#)
      #expect(gone.status == 200, "\(gone.text)")
      #expect(try RunCollection(path: folder.runs).list().runs.map(\.name) == ["clouds-2"])
      // Once told, once done.
      #expect(try await studio.ask("POST", "/api/runs/delete", #"{"id":"\#(id)"}"#).status == 422)
      let model = try await studio.ask("POST", "/api/tried", #"{"model":"fruit","version":1}"#)
      #expect(model.status == 200, "\(model.text)")
    }
  }

  @Test func aRunThatIsTrainedStays() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(FolderOfRuns.endless))
      let told = try await studio.ask("POST", "/api/runs/removal", #"{"names":["\#(name)"]}"#)
      #expect(told.status >= 400 && told.text.contains("stop it first"), "\(told.text)")
      _ = try await studio.ask("POST", "/api/run/stop?name=\(name)")
      try await studio.end(of: name)
      let after = try await studio.ask("POST", "/api/runs/removal", #"{"names":["\#(name)"]}"#)
      #expect(after.status == 200, "\(after.text)")
    }
  }
}
