import Charts
import Codecs
import Datasets
import Explaining
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct PictureRoutesTests {
  private static let readers = StudioReaders(decoders: .standard)

  @Test func runsOfPicturesAreOfferedAndTheOthersNamed() async throws {
    let run = try PictureRun()
    try await RunningStudio.with(folder: run.folder.path("runs"), readers: Self.readers) {
      studio in
      let list = try await studio.ask("GET", "/api/pictures").json
      let runs = try #require(list["runs"] as? [[String: Any]])
      #expect(runs.map { $0["name"] as? String } == ["bars"])
      #expect(runs[0]["answers"] as? [String] == ["0", "1"] && runs[0]["height"] as? Int == 8)
      let others = try #require(list["others"] as? [[String: Any]])
      #expect(others.map { $0["name"] as? String } == ["table"])
      #expect((others[0]["reason"] as? String)?.contains("are no pixels") == true, "\(others)")
      let refused = try await studio.ask("POST", "/api/pictures", #"{"run":"table"}"#)
      #expect(refused.status == 422 && refused.text.contains("a model of pictures"))
      let none = try await studio.ask("POST", "/api/pictures", #"{"run":"bar"}"#)
      #expect(none.status >= 400 && none.text.contains("bars"), "\(none.text)")
    }
  }

  @Test func aPictureIsDrawnFollowedExplainedAndClosed() async throws {
    let run = try PictureRun()
    try await RunningStudio.with(folder: run.folder.path("runs"), readers: Self.readers) {
      studio in
      let opened = try await studio.ask("POST", "/api/pictures", #"{"run":"bars"}"#)
      let path = "/api/pictures/\(try #require(opened.json["id"] as? String, "\(opened.text)"))"
      func bytes(_ place: String, _ body: [UInt8]) async throws -> RawClient.Answer {
        try await RawClient.request(
          "POST", path + place, ["Authorization": "Bearer \(studio.token)"], body: body,
          port: studio.port)
      }
      let drawn = try await bytes("/drawing", PictureRun.bar).json
      let board = try PictureBoard(run.model)
      try board.draw(PictureRun.bar)
      let shares = try #require(drawn["probabilities"] as? [Double]).map(Float.init)
      #expect(try shares == board.prediction.probabilities?.values)
      let wrong = try await bytes("/drawing", [0, 1])
      #expect(wrong.status == 422 && wrong.text.contains("64"))
      let damaged = try await bytes("/file?name=a.png", Array("no picture".utf8))
      #expect(damaged.status == 400 && damaged.text.contains("a.png"))

      let cell = try await studio.ask("POST", path + "/cell", #"{"layer":1,"cell":12}"#).json
      let terms = try #require(cell["terms"] as? [[String: Any]])
      #expect(terms.count == 10)
      let sum = terms.compactMap { $0["value"] as? Double }.reduce(0, +)
      #expect(abs(sum - (cell["sum"] as? Double ?? .nan)) < 1e-5)
      let formulas = try #require(cell["formulas"] as? String)
      #expect(formulas.contains("<math") && !formulas.contains("<script"))

      let edited = try await studio.ask(
        "POST", path, #"{"do":"edit","weight":"conv2d/kernel","cell":0,"value":1.25}"#)
      #expect((edited.json["edits"] as? [[String: Any]])?.first?["value"] as? Double == 1.25)
      let restored = try await studio.ask("POST", path, #"{"do":"restore"}"#).json
      #expect(
        (restored["probabilities"] as? [Double])?.map(Float.init) == shares)
      let refused = try await studio.ask(
        "POST", path, #"{"do":"edit","weight":"conv2d/kernle","cell":0,"value":1}"#)
      #expect(refused.status == 422 && refused.text.contains("conv2d/kernel"))

      // How far it is comes first, and what was found last.
      let told = try await studio.ask("GET", path + "/explanation?answer=1").text
        .split(whereSeparator: \.isNewline).filter { $0.hasPrefix("{") }
        .compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
      #expect(told.count > 1 && told.dropLast().allSatisfy { $0["explanation"] == nil })
      #expect(told[0]["done"] as? Int == 0 && (told[0]["of"] as? Int ?? 0) > 64)
      let explained = try #require(told.last)
      #expect((explained["map"] as? String)?.hasPrefix("data:image/png") == true)
      let own = try PictureExplanation(run.model, board.input, answer: "1", board.images)
      let found = try #require(explained["explanation"] as? [String: Any])
      #expect(abs((found["answer"] as? Double ?? .nan) - own.explanation.answer) < 1e-12)
      let unknown = try await studio.ask("GET", path + "/explanation?answer=7")
      #expect(unknown.status == 422)
      let examples = try await studio.ask("GET", path + "/examples?from=0&count=4").json
      #expect((examples["entries"] as? [Any])?.count == 4 && examples["part"] as? String == "test")
      let example = try await studio.ask("POST", path, #"{"do":"example","place":2}"#).json
      #expect(example["title"] as? String == "test picture 3")
      #expect(try await studio.ask("DELETE", path).status == 200)
      #expect(try await studio.ask("POST", path, #"{"do":"restore"}"#).status == 422)
    }
  }
}
