import Foundation
import TestSupport
import Testing

/// What the page on sequences shows is what runs.
@Suite struct SequencesPageTests {
  @Test func everyCommandOfThePageRuns() throws {
    let program = try Program()
    try FileManager.default.createSymbolicLink(
      at: program.folder.appending(path: "Examples"),
      withDestinationURL: URL(filePath: repositoryPath("Examples")))
    let page = try repositoryText("Docs/sequences.md")
    var ran = 0
    for block in page.components(separatedBy: "\n```").dropFirst() {
      let lines = block.split(separator: "\n")
      switch lines.first {
      case "yaml":
        try program.write(
          lines.dropFirst().joined(separator: "\n"), to: String(lines[1].dropFirst(2)))
      case "sh":
        for line in lines.dropFirst() {
          let outcome = try program(Program.arguments(of: line))
          #expect(outcome.status == 0, "\(line): \(outcome.errors)")
          #expect(!outcome.output.isEmpty)
          ran += 1
        }
      default: break
      }
    }
    #expect(ran == 10)
  }

  /// Both tables of the page are learned.
  @Test(arguments: ["bumps", "reviews"]) func thePagesTablesAreLearned(_ name: String) throws {
    let program = try Program()
    let target = ["bumps": "first", "reviews": "verdict"][name]!
    let sequence = ["bumps": "step_*", "reviews": "columns=text,as=tokens"][name]!
    let report = try program(
      "train", "\(ExampleData.folder)/\(name).csv", "--target", target, "--sequence", sequence,
      "--learning-rate", "0.01", "--epochs", "40", "--json", "--quiet", "--output", "run"
    ).json()
    let test = try #require(report["test"] as? [String: Any])
    #expect(try #require(test["accuracy"] as? Double) > 0.9)
  }

  /// The tables are what the script makes.
  @Test func theScriptMakesTheTables() throws {
    let program = try Program()
    let made = try ChildProcess.run(
      "/usr/bin/env",
      ["python3", repositoryPath("Scripts/sequences.py"), program.folder.path])
    #expect(made.status == 0, "\(made.errors)")
    for name in ["bumps.csv", "reviews.csv"] {
      #expect(try program.read(name) == repositoryText("Examples/Data/\(name)"))
    }
  }
}
