import Codecs
import Datasets
import Engine
import Explaining
import Foundation
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct ExplainTests {
  private let row = #"{"hours":8,"sleep":7,"subject":"art"}"#

  private func explanation(_ answer: RawClient.Answer) throws -> Explanation {
    let part = try #require(answer.json["explanation"], "\(answer.text)")
    return try JSONDecoder().decode(
      Explanation.self, from: JSONSerialization.data(withJSONObject: part))
  }

  @Test func aRowIsExplainedAsTheLibraryDoes() async throws {
    let model = try RunningServer.table()
    try await RunningServer.with(ModelSlot(model)) { port in
      for body in [row, #"{"instances":[\#(row)]}"#, #"[8,7,"art"]"#] {
        let answer = try await RawClient.post("/explain", json: body, port: port)
        #expect(answer.status == 200, "\(answer.text)")
        let found = try explanation(answer)
        let expected = try model.trained.explain(["hours": 8, "sleep": 7, "subject": "art"])
        #expect(found.contributions.map(\.name) == expected.contributions.map(\.name))
        for (one, other) in zip(found.contributions, expected.contributions) {
          #expect(abs(one.contribution - other.contribution) < 1e-12)
        }
        #expect(answer.json["trace"] == nil)
        #expect(answer.json["map"] == nil)
        #expect(answer.json["id"] as? String == answer.headers["x-request-id"])
      }
    }
  }

  @Test func theQueryChoosesWhatIsExplained() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      for name in ["yes", "no"] {
        let answer = try await RawClient.post("/explain?answer=\(name)", json: row, port: port)
        #expect(try explanation(answer).explained == "passed = \(name)")
      }
      let traced = try await RawClient.post("/explain?trace=true", json: row, port: port)
      #expect((traced.json["trace"] as? [String: Any])?["sections"] != nil, "\(traced.text)")
      for (query, word) in [
        ("answer=perhaps", "perhaps"), ("step=1", "step"), ("step=x", "whole number"),
        ("trace=2", "true or false"), ("what=1", "answer, step, trace"),
      ] {
        let refused = try await RawClient.post("/explain?\(query)", json: row, port: port)
        #expect(refused.status == 422, "\(query): \(refused.text)")
        #expect(refused.text.contains(word), "\(query): \(refused.text)")
      }
    }
  }

  @Test func oneRowIsExplainedAtATime() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) { port in
      let answer = try await RawClient.post("/explain", json: "[\(row),\(row)]", port: port)
      #expect(answer.status == 422)
      #expect(answer.text.contains("one row"))
    }
  }

  @Test func anImageIsExplainedByAMap() async throws {
    let image = try Array(
      Data(contentsOf: URL(filePath: repositoryPath("Tests/CodecsTests/Images/grey.png"))))
    try await RunningServer.with(ModelSlot(try RunningServer.images())) { port in
      let png = ["Content-Type": "image/png"]
      let answer = try await RawClient.request("POST", "/explain", png, body: image, port: port)
      #expect(answer.status == 200, "\(answer.text)")
      let regions = try #require(try explanation(answer).regions)
      #expect(regions.count == 7 && regions.allSatisfy { $0.count == 7 })
      let map = try #require(answer.json["map"] as? String)
      #expect(map.hasPrefix("data:image/png;base64,"))
      let alone = try await RawClient.request(
        "POST", "/explain", png.merging(["Accept": "image/png"]) { $1 }, body: image, port: port)
      #expect(alone.headers["content-type"] == "image/png")
      #expect(map.hasSuffix(alone.body.base64EncodedString()))
      let pixels = try Decoders.standard.imageDecoder(for: "map.png")
        .header(Array(alone.body), "map.png")
      #expect(pixels.width == 112 && pixels.height == 112)
    }
  }

  @Test func onlySoManyExplanationsWait() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.explanations = 0
    } _: { port in
      let answer = try await RawClient.post("/explain", json: row, port: port)
      #expect(answer.status == 503)
      #expect(answer.headers["retry-after"] == "1")
      #expect(try await RawClient.post("/predict", json: row, port: port).status == 200)
    }
  }

  @Test func whatIsLateIsNotComputed() async throws {
    try await RunningServer.with(ModelSlot(try RunningServer.table())) {
      $0.limits.totalSeconds = 0
    } _: { port in
      let answer = try await RawClient.post("/explain", json: row, port: port)
      #expect(answer.status == 504, "\(answer.text)")
    }
  }
}
