import Foundation
import TestSupport
import Testing

/// The command that a training suggests next works as it is printed.
@Suite struct NextCommandTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let file: String
    let text: String
    let flags: [String]
  }

  private static func table(_ header: String, _ row: (Int) -> String) -> String {
    header + (header.isEmpty ? "" : "\n") + (0..<60).map { row($0) + "\n" }.joined()
  }

  private static func answer(_ row: Int) -> String { row % 3 == 0 ? "yes" : "no" }

  static let tables = [
    Case(
      testDescription: "categories", file: "a b.csv",
      text: table("size,colour,y") {
        "\($0 % 7),\(["red", "blue", "q\($0)"][$0 % 3]),\(answer($0))"
      },
      flags: []),
    Case(
      testDescription: "dates", file: "dates.csv",
      text: table("when,y") { "2021-0\(1 + $0 % 9)-1\($0 % 7),\(answer($0))" }, flags: []),
    Case(
      testDescription: "words", file: "words.csv",
      text: table("text,y") { "\(answer($0)) word\($0) then,\(answer($0))" },
      flags: ["--sequence", "columns=text,as=tokens"]),
    Case(
      testDescription: "sequence", file: "steps.csv",
      text: table("t1,t2,t3,y") { "\($0 % 5),\($0 % 3),\($0 % 2 == 0 ? "" : "4"),\(answer($0))" },
      flags: ["--sequence", "t1..t3"]),
    Case(
      testDescription: "tokens", file: "tokens.csv",
      text: table("a,b,y") { "\($0),\($0 % 3),\(answer($0))" },
      flags: ["--sequence", "columns=a..b,as=tokens"]),
    Case(
      testDescription: "no header", file: "bare.csv",
      text: table("") { "\($0 % 7).5,\($0 % 5),\(answer($0))" }, flags: ["--target", "column_3"]),
    Case(
      testDescription: "decimal comma", file: "euro.csv",
      text: table("a;b;y") { "\($0 % 7),25;\($0 % 5),5;\(answer($0))" }, flags: []),
    Case(
      testDescription: "names", file: "the names.csv",
      text: table("\"size, cm\",\"a b\",y") { "\($0 % 7),\"x, \($0 % 2)\",\(answer($0))" },
      flags: []),
    Case(
      testDescription: "layout", file: "odd.txt",
      text: "% note\n" + table("a^y") { "\($0 % 7)^\(answer($0))" },
      flags: ["--delimiter", "^", "--comment", "%"]),
    Case(
      testDescription: "leading hyphen", file: "-odd.csv",
      text: table("a,b,y") { "\($0 % 7),\($0 % 5),\($0 * 3 % 11).5" }, flags: []),
  ]

  private func suggested(_ program: Program, _ words: [String]) throws -> [String] {
    let outcome = try program(words)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("Next: ") })
    return Program.arguments(of: line.dropFirst("Next: ".count))
  }

  @Test(arguments: tables) func afterATable(_ table: Case) throws {
    let program = try Program()
    try program.write(table.text, to: table.file)
    let target = table.flags.contains("--target") ? [] : ["--target", "y"]
    let words = try suggested(
      program,
      ["train", "./" + table.file, "--epochs", "3", "--output", "my run"] + target + table.flags)
    #expect(words.starts(with: ["predict", "my run"]) || words == ["diagnose", "my run"])
    let outcome = try program(words)
    #expect(
      [0, words[0] == "diagnose" ? 2 : 0].contains(outcome.status), "\(words): \(outcome.errors)")
    // Whatever was suggested, the answers for the file are to be had.
    let answers = try program(
      ["predict", "my run", "./" + table.file]
        + table.flags.filter { _ in
          table.testDescription == "layout"
        })
    #expect(answers.status == 0, "\(answers.errors)")
  }

  @Test func afterImages() throws {
    let program = try Program()
    try program.copy("Tests/CommandsTests/Clothes", to: "some clothes")
    let words = try suggested(
      program,
      ["train", "some clothes", "--image-size", "8", "--epochs", "3", "--output", "run"])
    #expect(words == ["predict", "run", "some clothes"] || words == ["diagnose", "run"])
    #expect([0, 2].contains(try program(words).status))
  }

  /// One image has the class that its folder is called by, or that is said.
  @Test func oneImageInEveryCommand() throws {
    let program = try Program()
    try program.copy("Tests/CommandsTests/Clothes", to: "clothes")
    #expect(
      try program(
        "train", "clothes", "--image-size", "8", "--epochs", "1", "--output", "run", "--quiet"
      ).status == 0)
    let file = try #require(
      try FileManager.default.contentsOfDirectory(
        atPath: program.folder.appending(path: "clothes/bag").path
      ).min())
    let path = "clothes/bag/\(file)"
    for words in [
      ["evaluate", "run", path], ["evaluate", "run", "clothes/bag"], ["trace", "run", path],
    ] {
      let outcome = try program(words)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains("taken to show `bag`"))
    }
    try program.write(program.bytes(path), to: "alone.jpg")
    for command in ["evaluate", "trace"] {
      let unsaid = try program(command, "run", "alone.jpg")
      #expect(unsaid.status == 65 && unsaid.errors.contains("--target"), "\(unsaid.errors)")
      #expect(try program(command, "run", "alone.jpg", "--target", "bag").status == 0)
      let slip = try program(command, "run", "alone.jpg", "--target", "bagg")
      #expect(slip.status == 64 && slip.errors.contains("`bag`"), "\(slip.errors)")
    }
    // A file that is no image is one line of the answers.
    try program.write("no image", to: "bad.jpg")
    let mixed = try program("predict", "run", "alone.jpg", "bad.jpg", path, "--json")
    #expect(mixed.status == 65)
    let predictions = try #require(mixed.json()["predictions"] as? [[String: Any]])
    #expect(predictions.map { $0["problem"] == nil } == [true, false, true])
    // Standard input is known by its first bytes.
    let piped = try ChildProcess(
      "/bin/sh",
      ["-c", "cat alone.jpg | '\(ChildProcess.built("glassbox"))' predict run - --json"],
      in: program.folder.path
    ).outcome()
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(
      try (piped.json()["predictions"] as? [[String: Any]])?.first as? NSDictionary
        == predictions[0] as NSDictionary)
  }
}
