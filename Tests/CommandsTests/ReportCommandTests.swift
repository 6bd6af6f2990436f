import Foundation
import TestSupport
import Testing

/// `report`, and what `evaluate` adds to it.
@Suite struct ReportCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    let trained = try program(
      "train", "students.csv", "--target", "passed", "--epochs", "8", "--quiet", "--output", "run")
    try #require(trained.status == 0)
  }

  @Test func thePageIsMadeAgainFromTheFolder() throws {
    let first = try program.read("run/report.html")
    #expect(try program("report", "run", "--output", "run/report.html").status == 0)
    let outcome = try program("report", "run")
    #expect(outcome.status == 0 && outcome.output.contains("run/report.html: "))
    #expect(try program.read("run/report.html") == first)
    #expect(try program("report", "run", "--output", "-").output == first)
    let facts = try program("report", "run", "--output", "copy.html", "--json").json()
    #expect(facts["page"] as? String == "copy.html")
    // Its own page it may replace, another's it may not.
    let refused = try program("report", "run", "--output", "copy.html")
    #expect(refused.status == 73 && refused.errors.contains("--force"))
    #expect(try program("report", "run", "--output", "copy.html", "--force").status == 0)
    #expect(facts["bytes"] as? Int == first.utf8.count && first.utf8.count < 1_000_000)
    for image in ["loss", "metric-1", "rate", "gradients", "landscape", "network", "weights"] {
      #expect(first.contains("id=\"\(image)-description\""), "\(image)")
    }
  }

  @Test func foldersWithoutAReportAreExplained() throws {
    let missing = try program("report", "nowhere")
    #expect(missing.status == 66 && missing.errors.contains("nowhere"))
    try FileManager.default.removeItem(at: program.folder.appendingPathComponent("run/report.json"))
    // As of a run that was cut off: what there is so far, and nothing of the test rows.
    #expect(try program("report", "run").status == 0)
    let page = try program.read("run/report.html")
    #expect(page.contains("has not come to its end") && page.contains("test rows stay sealed"))
    #expect(!program.exists("run/report.json"), "it says nothing of the end")
    for file in ["checkpoint", "model"] {
      try FileManager.default.removeItem(
        at: program.folder.appendingPathComponent("run/\(file).safetensors"))
    }
    let outcome = try program("report", "run")
    #expect(outcome.status == 66 && outcome.errors.contains("resume the training"))
  }

  @Test func laterScoresJoinTheReport() throws {
    try program.write("hours,sleep,passed\n1,5,0\n8,7,1\n", to: "later.csv")
    let scores = try program("evaluate", "run", "later.csv", "--json").json()
    #expect(scores["rows"] as? Int == 2)
    let page = try program.read("run/report.html")
    #expect(page.contains("Evaluated later") && page.contains("later.csv"))
    let text = try program("evaluate", "run", "later.csv")
    #expect(text.status == 0 && text.output.contains("on 2 rows"))
    #expect(try program("evaluate", "run", "missing.csv").status == 66)
    #expect(
      try program("evaluate", "run", "-", input: "hours,sleep,passed\n1,5,maybe\n").status == 65)
    #expect(try program.read("run/report.html") == page, "scores of the same data replace the old")
  }
}
