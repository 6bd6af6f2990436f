import Foundation
import TestSupport
import Testing

/// `trace` and `prove`.
@Suite struct TraceCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    let trained = try program(
      "train", "students.csv", "--target", "passed", "--hidden", "3", "--epochs", "6", "--batch",
      "4", "--quiet", "--output", "run")
    try #require(trained.status == 0)
  }

  @Test func aRowOfTheTrainingFileIsTraced() throws {
    let outcome = try program("trace", "run", "--row", "3")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(outcome.output.contains("hours = 1") && outcome.output.contains("Update: dense/kernel"))
    #expect(!outcome.output.contains("\u{1B}"), "no colours in a file")
    let object = try program("trace", "run", "students.csv", "--row", "3", "--json").json()
    #expect(object["format_version"] as? Int == 2)
    let lines = try #require(object["sections"] as? [[String: Any]]).flatMap {
      $0["lines"] as? [[String: Any]] ?? []
    }
    #expect(lines.contains { $0["formula"] is String && $0["tree"] is [String: Any] })
  }

  @Test func anInputOfItsOwnIsTheRowOfTheFile() throws {
    let row = try program("trace", "run", "--row", "3", "--json")
    for input in ["1,4", "sleep=4,hours=1"] {
      let own = try program("trace", "run", "--input", input, "--target", "0", "--json")
      #expect(own.output == row.output, "\(input): \(own.errors)")
    }
  }

  /// The steps of a run follow each other: the new weights of one are the weights of the next.
  @Test func stepsOfARunFollowEachOther() throws {
    func weights(_ step: Int, _ mark: String) throws -> [Double] {
      let object = try program("trace", "run", "--step", "\(step)", "--json").json()
      let drawing = try #require(object["drawing"] as? [String: Any])
      return try #require(drawing["edges"] as? [[String: Any]]).compactMap { $0[mark] as? Double }
    }
    for step in [1, 3, 4, 8] {
      let new = try weights(step, "new_weight")
      #expect(new.count == 9)
      #expect(try weights(step + 1, "weight") == new, "step \(step)")
    }
    #expect(try program("trace", "run", "--step", "9999").status == 65)
  }

  @Test func pagesAreFilesThatAreNotReplaced() throws {
    #expect(try program("trace", "run", "--html", "page.html", "--latex", "page.tex").status == 0)
    #expect(try program.read("page.html").hasPrefix("<!DOCTYPE html>"))
    #expect(try program.read("page.tex").contains("\\begin{align*}"))
    #expect(try program("trace", "run", "--html", "page.html").status == 73)
    #expect(try program("trace", "run", "--html", "page.html", "--force").status == 0)
    #expect(try program("trace", "run", "--html", "-").output.hasSuffix("</html>\n"))
  }

  @Test func wrongRequestsAreExplained() throws {
    let cases: [([String], Int32, String)] = [
      (["--row", "99"], 64, "1 to 15"), (["--row", "0"], 64, "counted from 1"),
      (["--input", "1,2"], 64, "--target"), (["--layer", "nope"], 65, "dense, dense_1"),
      (["--neuron", "dense"], 64, "dense'"), (["--neuron", "dense/9"], 65, "z"),
      (["--input", "1,2,3", "--target", "0"], 64, "2 values (hours, sleep)"),
      (["--input", "1,2", "--target", "x"], 65, "one of 0, 1"),
      (["--weight", "dense/9,1"], 65, "within w"), (["--weight", "dense/a"], 64, "layer/2,5"),
      (["--neuron", "dense/0"], 64, "counted from 1"), (["--step", "0"], 65, "1 to "),
      (["--layer", "dense", "--neuron", "dense/1"], 64, "one of"),
      (["--input", "x,2", "--target", "0"], 65, "hours"),
      (["--input", "hours=1", "--target", "0"], 65, "sleep"),
      (["--input", "1,2,,", "--target", "0"], 64, "2 values"),
      (["--json", "--html", "-"], 64, "standard output"),
    ]
    for (arguments, status, words) in cases {
      let outcome = try program(["trace", "run"] + arguments)
      #expect(outcome.status == status, "\(arguments)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
    }
  }

  @Test func gradientsAreProved() throws {
    let all = try program("prove", "run", "students.csv", "--all")
    #expect(all.status == 0)
    #expect(all.output.contains("gradients agree with finite differences"))
    let sample = try program("prove", "run", "students.csv", "--sample", "5", "--json").json()
    let entries = try #require(sample["entries"] as? [[String: Any]])
    #expect((1...5).contains(entries.count) && sample["total"] as? Int == 13)
    #expect(entries.allSatisfy { $0["verdict"] as? String != "disagrees" })
  }
}
