import Datasets
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

@Suite struct AnswerRouteTests {
  @Test func theRowsBehindACellAreThoseOfTheTable() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["epochs": "3", "test": "0.5"]))
      try await studio.end(of: name)
      let answers = try await studio.ask("GET", "/api/run/answers?name=\(name)").json
      let confusion = try #require(answers["confusion"] as? [[Int]])
      let labels = try #require(answers["labels"] as? [String])
      #expect(answers["part"] as? String == "test" && labels == ["no", "yes"])
      #expect(confusion.joined().reduce(0, +) == 200)
      let test = Set(try StoredRun("\(folder.runs)/\(name)").experiment().data.split.test)
      let model = try StoredRun("\(folder.runs)/\(name)").model()
      var seen: Set<Int> = []
      for truth in 0..<2 {
        for answer in 0..<2 {
          let cell = try await studio.ask(
            "GET", "/api/run/cell?name=\(name)&truth=\(truth)&answer=\(answer)"
          ).json
          #expect(cell["count"] as? Int == confusion[truth][answer])
          for row in try #require(cell["rows"] as? [[String: Any]]) {
            let number = try #require(row["row_number"] as? Int) - 1
            #expect(test.contains(number) && seen.insert(number).inserted)
            #expect(folder.rows[number][2] == labels[truth])
            let own = try model.predict([
              "width": .number(Double(folder.rows[number][0])!),
              "height": .number(Double(folder.rows[number][1])!),
            ])
            #expect(own.label == labels[answer])
            let shown = try #require(row["probability"] as? Double)
            #expect(abs(shown - Double(own.probabilities![labels[answer]]!)) < 1e-6)
          }
        }
      }
      let drawings = try #require(answers["drawings"] as? [[String: Any]])
      #expect(drawings.count == 1 && (drawings[0]["svg"] as? String)?.contains("<svg") == true)
      // As while a training goes on.
      try FileManager.default.removeItem(atPath: "\(folder.runs)/\(name)/report.json")
      let none = try await studio.ask("GET", "/api/run/answers?name=\(name)")
      #expect(none.status == 200 && !(none.json["part"] is String), "\(none.text)")
      #expect((none.json["mistakes"] as? [Any])?.isEmpty == true, "\(none.text)")
      let outside = try await studio.ask("GET", "/api/run/cell?name=\(name)&truth=x&answer=0")
      #expect(outside.status == 422)
    }
  }

  @Test func aRemedyBeginsATrainingWithItsSettings() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(
        folder.wish(["epochs": "30", "optimizer": "sgd", "learning_rate": "0.00001"]))
      try await studio.end(of: name)
      let diagnosis = try await studio.ask("POST", "/api/run/diagnosis?name=\(name)").json
      let causes = try #require(diagnosis["causes"] as? [[String: Any]], "\(diagnosis)")
      let cause = try #require(
        causes.first { $0["cause"] as? String == "learning rate too low" }, "\(diagnosis)")
      let settings = try #require(cause["settings"] as? [String: String])
      let rate = try #require(settings["learning_rate"].flatMap(Double.init))
      #expect(rate > 0.00001)
      #expect((cause["advice"] as? String)?.contains("learning_rate") == true)
      let next = try await studio.train(folder.wish(settings, from: name))
      try await studio.end(of: next)
      let run = try StoredRun("\(folder.runs)/\(next)")
      #expect(run.configuration.training.learningRate == rate)
      let losses = try [name, next].map {
        try #require(try StoredRun("\(folder.runs)/\($0)").history.last).runningLoss
      }
      #expect(losses[1] < losses[0])
    }
  }

  @Test func testRowsAreReadToCompareOnlyIfSomebodyAsks() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      for epochs in ["2", "4"] {
        try await studio.end(of: studio.train(folder.wish(["epochs": epochs])))
      }
      func compare(_ readsTest: Bool) async throws -> String {
        let lent = try await studio.ask(
          "POST", "/api/runs/compare",
          #"{"names":["clouds","clouds-2"],"reads_test":\#(readsTest)}"#)
        let path = try #require(lent.json["path"] as? String, "\(lent.text)")
        return try await RawClient.request("GET", path, port: studio.port).text
      }
      let about = "\(folder.runs)/clouds/about.json"
      #expect(try await !compare(false).contains("On the same"))
      #expect(!FileManager.default.fileExists(atPath: about))
      #expect(try await compare(true).contains("On the same 60 test rows"))
      #expect(try String(contentsOfFile: about, encoding: .utf8).contains("test_comparisons"))
      let one = try await studio.ask(
        "POST", "/api/runs/compare", #"{"names":["clouds"],"reads_test":false}"#)
      #expect(one.status == 422 && one.text.contains("two runs or more"))
    }
  }
}
