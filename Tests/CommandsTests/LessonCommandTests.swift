import Foundation
import TestSupport
import Testing

/// `glassbox lesson`
@Suite struct LessonCommandTests {
  let program: Program

  init() throws { program = try Program() }

  @Test func listNamesLessonsThatCanBeShown() throws {
    let list = try program("lesson", "list", "--json").json()
    let lessons = try #require(list["lessons"] as? [[String: String]])
    let name = try #require(lessons.first?["name"])
    let text = try program("lesson", name)
    let title = try #require(lessons[0]["title"])
    #expect(text.status == 0)
    #expect(text.output.hasPrefix(title))
    let json = try program("lesson", name, "--json").json()
    #expect((json["steps"] as? [Any])?.isEmpty == false)
    #expect(try program("lesson", "no-such-lesson").status == 64)
  }

  @Test func aLessonIsFoundByNumberAndInAnyCase() throws {
    #expect(try program("lesson").output == program("lesson", "list").output)
    #expect(try program("lesson", "1").output == program("lesson", "One-Neuron").output)
    let unknown = try program("lesson", "one-nueron")
    #expect(unknown.status == 64 && unknown.errors.contains("write `one-neuron`"))
    #expect(try program("lesson", "99").status == 64)
  }

  @Test func allLessonsAreABookOfPagesThatLeadOn() throws {
    let list = try program("lesson", "--html", "book/lessons", "--json").json()
    let files = try #require(list["files"] as? [String])
    let index = try program.read("book/lessons/index.html")
    for file in files.dropFirst() {
      let name = String(file.split(separator: "/")[2])
      #expect(index.contains("href=\"\(name)\""))
    }
    // Each page leads to the next, and the last to none.
    var reached = [files[1]]
    while let page = reached.last, reached.count <= files.count,
      let link = try program.read(page).split(separator: "\" rel=\"next\"").first,
      try program.read(page).contains("rel=\"next\"")
    {
      reached.append("book/lessons/\(link.split(separator: "\"").last!)")
    }
    #expect(reached == Array(files.dropFirst()))
    #expect(try program("lesson", "--html", "book/lessons").status == 73)
  }

  @Test func answersAreJudged() throws {
    let right = try program("lesson", "one-neuron", "--answer", "1=2 * (0.5 * 3 + 0.1 - 1.5) * 3")
    #expect(right.status == 0 && right.output.contains("right."))
    let wrong = try program("lesson", "1", "--answer", "1=0.6", "--answer", "2=9", "--json")
    #expect(wrong.status == 2)
    let answers = try #require(try wrong.json()["answers"] as? [[String: Any]])
    #expect(answers.map { $0["question"] as? Int } == [1, 2])
    let judged = answers.compactMap { $0["answer"] as? [String: Any] }
    #expect(judged.map { $0["is_right"] as? Bool } == [true, false])
    #expect((judged[1]["remark"] as? String)?.hasPrefix("Hint: ") == true)
    for bad in ["0.6", "x=1", "9=1", "1=w"] {
      #expect(try program("lesson", "1", "--answer", bad).status == 64, "\(bad)")
    }
    #expect(try program("lesson", "--answer", "1=0.6").status == 64)
  }

  @Test func pagesAreWrittenOnceUnlessForced() throws {
    #expect(try program("lesson", "digit", "--html", "digit.html").output.isEmpty)
    #expect(try program.read("digit.html").hasPrefix("<!DOCTYPE html>"))
    #expect(try program("lesson", "digit", "--html", "digit.html").status == 73)
    #expect(try program("lesson", "digit", "--html", "digit.html", "--force").status == 0)
  }

  @Test func checkSaysByItsExitCodeWhetherAllIsRight() throws {
    try program.write("# A\n```check\nz = 0.5 * 0.8 = 0.4\n```\n", to: "right.md")
    let right = try program("lesson", "check", "right.md")
    #expect(right.status == 0 && right.output.contains("1 right"))
    let wrong = try program(
      "lesson", "check", "-", "--json", input: "```check\nz = 0.5 * 0.8 = 0.5\n```\n")
    #expect(wrong.status == 2)
    let report = try wrong.json()
    #expect(report["wrong"] as? Int == 1)
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(claims[0]["right"] as? Double == 0.4)
    try program.write("```check\nz = 2x\n```\n", to: "bad.md")
    let bad = try program("lesson", "check", "bad.md")
    #expect(bad.status == 65 && bad.errors.contains("bad.md:2:6"))
    #expect(try program("lesson", "check", "missing.md").status == 66)
  }
}
