import Datasets
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct ModelRouteTests {
  @Test func versionsAreRegisteredMadeLiveAndRolledBack() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      for epochs in ["1", "2"] {
        let run = try await studio.train(folder.wish(["epochs": epochs]))
        try await studio.end(of: run)
        try await change(studio, #"{"do":"register","run":"\#(run)","name":"fruit","why":"a"}"#)
        let version = epochs
        try await change(studio, #"{"do":"promote","name":"fruit","version":\#(version)}"#)
      }
      #expect(try await stages(studio) == ["retired", "live"])
      try await change(studio, #"{"do":"rollback","name":"fruit"}"#)
      #expect(try await stages(studio) == ["live", "retired"])
      let refused = try await studio.ask(
        "POST", "/api/models", #"{"do":"promote","name":"fruit","version":7}"#)
      #expect(refused.status == 422 && refused.text.contains("1, 2"))
    }
  }

  @Test func aModelThatIsTriedAnswersAsItself() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      let run = try await studio.train(folder.wish(["epochs": "3"]))
      try await studio.end(of: run)
      let opened = try await studio.ask("POST", "/api/tried", #"{"run":"\#(run)"}"#)
      let id = try #require(opened.json["id"] as? String, "\(opened.text)")
      let model = try await studio.ask("GET", "/api/tried/\(id)/model").json
      let input = try #require(model["input"] as? [String: Any])
      #expect(input["columns"] as? [String] == ["width", "height"])
      let headers = [
        "Authorization": "Bearer \(studio.token)", "Content-Type": "application/json",
      ]
      let body = #"{"instances":[{"width":0.4,"height":0.3}]}"#
      let answer = try await RawClient.request(
        "POST", "/api/tried/\(id)/predict", headers, body: Array(body.utf8), port: studio.port)
      let shown = try #require(
        ((answer.json["predictions"] as? [[String: Any]])?.first?["probabilities"])
          as? [String: Double], "\(answer.text)")
      let own = try StoredRun("\(folder.runs)/\(run)").model().predict([
        "width": .number(0.4), "height": .number(0.3),
      ])
      #expect(abs(shown["yes"]! - Double(own.probabilities!["yes"]!)) < 1e-6)
      let why = try await RawClient.request(
        "POST", "/api/tried/\(id)/explain", headers, body: Array(body.utf8), port: studio.port)
      #expect(why.json["explanation"] is [String: Any], "\(why.text)")
      let none = try await studio.ask("GET", "/api/tried/none/model")
      #expect(none.status == 422 && none.text.contains("load the page again"))
    }
  }

  @Test func recentRowsAreComparedWithThoseOfTheTraining() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs, models: folder.models) { studio in
      let run = try await studio.train(folder.wish(["epochs": "2"]))
      try await studio.end(of: run)
      let seen = try await studio.ask(
        "POST", "/api/models/monitor", #"{"of":{"run":"\#(run)"},"data":"\#(folder.data)"}"#)
      #expect(seen.json["rows"] as? Int == 400, "\(seen.text)")
      let path = try #require(seen.json["path"] as? String)
      let page = try await RawClient.request("GET", path, port: studio.port).text
      #expect(page.contains("width") && page.contains("Columns"))
      let neither = try await studio.ask(
        "POST", "/api/models/monitor", #"{"of":{"run":"\#(run)"}}"#)
      #expect(neither.status == 422 && neither.text.contains("neither"))
    }
  }

  private func change(_ studio: RunningStudio, _ body: String) async throws {
    let answer = try await studio.ask("POST", "/api/models", body)
    #expect(answer.status == 200, "\(answer.text)")
  }

  /// Of the one model, the oldest version first.
  private func stages(_ studio: RunningStudio) async throws -> [String] {
    let head =
      "GET /api/models HTTP/1.1\r\nHost: 127.0.0.1:\(studio.port)\r\n"
      + "Authorization: Bearer \(studio.token)\r\n\r\n"
    let answer = try await RawClient.send([Array(head.utf8)], port: studio.port) {
      $0.text.contains(#""versions":"#)
    }
    return answer.text.matches(of: /"stage":"([a-z]+)"/).map { String($0.1) }
  }
}
