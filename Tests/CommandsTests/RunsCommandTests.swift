import Foundation
import TestSupport
import Testing

/// `glassbox runs`, as people call it.
@Suite struct RunsCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    for (name, units) in [("first", "3"), ("second", "5")] {
      _ = try program(
        "train", "students.csv", "--target", "passed", "--epochs", "2", "--hidden", units, "--name",
        name, "--quiet")
    }
  }

  @Test func runsAreListedShownAndTold() throws {
    _ = try program("runs", "tag", "first", "good one")
    _ = try program("runs", "note", "runs/first", "a note")
    let list = try program("runs", "list", "--sort", "name", "--json").json()
    let runs = try #require(list["runs"] as? [[String: Any]])
    #expect(runs.map { $0["name"] as? String } == ["first", "second"])
    #expect(
      runs[0]["tags"] as? [String] == ["good one"] && runs[0]["state"] as? String == "finished")
    #expect(try program("runs", "list", "--tag", "good one").output.contains("first"))
    #expect(try !program("runs", "list", "--tag", "good one").output.contains("second"))
    let shown = try program("runs", "show", "first").output
    #expect(shown.contains("a note") && shown.contains("learning_rate"))
    #expect(try program("runs", "list", "--state", "damaged").output == "No runs.\n")
    #expect(try program("runs", "list", "--state", "odd").status == 64)
    let missing = try program("runs", "show", "frist")
    #expect(missing.status == 66 && missing.errors.contains("write `runs/first`"))
  }

  @Test func nothingIsDeletedUnasked() throws {
    let told = try program("runs", "delete", "first", "second")
    #expect(told.status == 0 && told.output.contains("Nothing was deleted"))
    let next = try #require(
      told.output.firstRange(of: "Next: ").map { told.output[$0.upperBound...] })
    #expect(program.exists("runs/first/config.json") && program.exists("runs/second/config.json"))
    _ = try program("models", "register", "runs/first", "--name", "students")
    let facts = try program("runs", "delete", "first", "--json").json()
    #expect(facts["models"] as? [String] == ["version 1 of students"])
    #expect(facts["is_deleted"] as? Bool == false)
    let done = try program(Program.arguments(of: next.split(separator: "\n")[0]))
    #expect(done.status == 0 && !program.exists("runs/first") && !program.exists("runs/second"))
    #expect(program.exists("models/students/1/model.safetensors"))
    for name in [".", "..", "models", "students.csv"] {
      #expect(try program("runs", "delete", name, "--yes").status != 0, "\(name)")
    }
    #expect(program.exists("students.csv"))
  }

  @Test func aRenamedRunAnswersAsBefore() throws {
    let before = try program("predict", "runs/first", "students.csv").output
    let renamed = try program("runs", "rename", "first", "third one")
    #expect(renamed.status == 0, "\(renamed.errors)")
    #expect(try program("predict", "runs/third one", "students.csv").output == before)
    #expect(try program.read("runs/third one/report.html").contains("third one"))
    #expect(try !program.read("runs/third one/report.html").contains("runs/first"))
    #expect(try !program.read("runs/third one/report.json").contains("runs/first"))
    #expect(try program("resume", "runs/third one", "--epochs", "3", "--quiet").status == 0)
    #expect(try program("runs", "rename", "third one", "second").status == 73)
  }

  @Test func comparedRunsHaveAPage() throws {
    let outcome = try program("runs", "compare", "first", "second", "--html", "compared.html")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Differing settings") && outcome.output.contains("loss"))
    _ = try StrictXML(page: program.read("compared.html"))
    let again = try program("runs", "compare", "first", "second", "--html", "compared.html")
    #expect(again.status == 73)
    let facts = try program("runs", "compare", "first", "second", "--without-test", "--json").json()
    #expect((facts["tests"] as? [Any])?.isEmpty == true)
    #expect(try program("runs", "compare", "first").status == 65)
  }
}
