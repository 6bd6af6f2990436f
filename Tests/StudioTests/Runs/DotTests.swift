import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Studio

/// The rows behind the dots of a regression.
@Suite struct DotTests {
  @Test func eachDotIsItsRow() async throws {
    let folder = try FolderOfRuns()
    try await RunningStudio.with(folder: folder.runs) { studio in
      let name = try await studio.train(folder.wish(["target": "height", "epochs": "3"]))
      try await studio.end(of: name)
      let answers = try await studio.ask("GET", "/api/run/answers?name=\(name)")
      let drawing = try #require((answers.json["drawings"] as? [[String: Any]])?.last)
      let dots = try #require(drawing["dots"] as? [String: Any], "\(answers.text)")
      let values = try #require(dots["values"] as? [[Double]])
      #expect(values.count > 10)
      // The places are those of the drawing.
      let svg = try #require(drawing["svg"] as? String)
      #expect(svg.components(separatedBy: "<circle").count - 1 == values.count)
      #expect((dots["places"] as? [[Double]])?.count == values.count)
      for dot in [0, values.count / 2, values.count - 1] {
        let row = try await studio.ask("GET", "/api/run/dot?name=\(name)&target=0&dot=\(dot)")
        let number = try #require(row.json["row_number"] as? Int, "\(row.text)")
        let truth = try #require(Double(folder.rows[number - 1][1]))
        #expect(abs(truth - values[dot][0]) < 1e-5)
        let error = try #require(row.json["error"] as? Double)
        #expect(abs(error - (values[dot][1] - values[dot][0])) < 1e-5)
      }
      let none = try await studio.ask(
        "GET", "/api/run/dot?name=\(name)&target=0&dot=\(values.count)")
      #expect(none.status == 422 && none.text.contains("a dot of the chart"), "\(none.text)")
    }
  }
}
