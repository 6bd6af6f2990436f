import Foundation
import TestSupport
import Testing

/// `monitor`
@Suite struct MonitorCommandTests {
  let program: Program

  init() throws { program = try Program() }

  /// Hours from `low` on decide the answer.
  private func rows(_ rows: Int, from low: Int) -> String {
    "hours,subject,passed\n"
      + (0..<rows).map { row in
        let hours = Double(low + row * 337 % 1000) / 100
        return "\(hours),\(row % 3 == 0 ? "maths" : "art"),\(hours > 5 ? "yes" : "no")\n"
      }.joined()
  }

  private func write(_ name: String, rows count: Int, from low: Int) throws {
    try program.write(rows(count, from: low), to: name)
  }

  @Test func recentRowsAreComparedWithTraining() throws {
    try write("old.csv", rows: 3000, from: 0)
    try write("same.csv", rows: 900, from: 0)
    try write("moved.csv", rows: 900, from: 400)
    let trained = try program(
      "train", "old.csv", "--target", "passed", "--output", "run", "--epochs", "3", "--quiet")
    try #require(trained.status == 0, "\(trained.errors)")

    let same = try program("monitor", "run", "--data", "same.csv")
    #expect(same.status == 0 && same.output.hasPrefix("No drift in 3 columns"), "\(same.output)")
    #expect(same.output.contains("rows with feedback"))

    // However the file is laid out, it is read as `evaluate` reads it, and a bad row is counted.
    let european = rows(900, from: 0).replacing(",", with: ";").replacing(".", with: ",")
    try program.write(european + "many;art;no\n", to: "european.csv")
    let other = try program("monitor", "run", "--data", "european.csv", "--json")
    let (one, two) = (try program("monitor", "run", "--data", "same.csv", "--json"), other)
    #expect(two.status == 0, "\(two.errors)")
    let (left, right) = (try one.json(), try two.json())
    for key in ["columns", "performance"] {
      #expect(left[key] as? NSObject == right[key] as? NSObject, "\(key)")
    }
    #expect(right["unreadable"] as? Int == 1 && right["rows"] as? Int == 901)

    let moved = try program(
      "monitor", "run", "--data", "moved.csv", "--html", "page.html", "--json")
    #expect(moved.status == 2, "\(moved.errors)")
    let report = try moved.json()
    #expect(report["verdict"] as? String == "drift")
    let columns = try #require(report["columns"] as? [[String: Any]])
    let hours = try #require(columns.first { $0["name"] as? String == "hours" })
    #expect(hours["verdict"] as? String == "drift")
    let page = try program.read("page.html")
    #expect(page.contains("<h1>Drift</h1>"))
    #expect(
      try program("monitor", "run", "--data", "moved.csv", "--html", "page.html").status == 73)
    #expect(try program("monitor", "run", "--data", "nowhere.csv").status == 66)
    #expect(try program("monitor", "run", "--data", "same.csv", "--level", "2").status != 0)
    let rest = try program("monitor", "run", "--data", "page.html")
    #expect(rest.status == 65, "\(rest.errors)")
  }
}
