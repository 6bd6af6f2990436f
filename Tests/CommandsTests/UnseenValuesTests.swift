import Codecs
import Foundation
import Glassbox
import TestSupport
import Testing

/// What training did not see is answered, counted and named alike, whichever way it comes in.
@Suite struct UnseenValuesTests {
  /// A kind of value that can be new.
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Of the table, with the target last.
    let header: String
    let training: [String]
    /// Rows that hold three values that training did not see: one twice, and another.
    let later: [String]
    let flags: [String]
    /// What the note says of the three.
    let note: String
    /// A row with the value that comes twice, and what is said of it.
    let row: [String: CellValue]
    let input: String
    let value: String
  }

  static let kinds = [
    Kind(
      testDescription: "category", header: "size,colour,verdict",
      training: (0..<60).map { "\($0 % 7),\(["red", "blue"][$0 % 2]),\(["good", "bad"][$0 % 2])" },
      later: ["1,violet,good", "2,red,bad", "3,blu,good", "4,violet,bad"], flags: [],
      note: "column `colour`: 3 cells were not seen in training, taken as none of the known: "
        + "`violet` × 2, `blu` (`blue`?)", row: ["size": 3, "colour": "violet"],
      input: "size=3,colour=violet", value: "violet"),
    Kind(
      testDescription: "word", header: "text,verdict",
      training: (0..<60).map {
        ["fine work,good", "poor thing,bad", "poor work done,bad", "fine fine,good"][$0 % 4]
      },
      later: ["fine zebra,good", "poor thing,bad", "pooor zebra,bad"],
      flags: ["--sequence", "columns=text,as=tokens"],
      note: "column `text`: 3 words were not seen in training, taken as unknown: `zebra` × 2, "
        + "`pooor` (`poor`?)", row: ["text": "fine zebra"], input: "fine zebra", value: "zebra"),
    Kind(
      testDescription: "token", header: "a,b,c,verdict",
      training: (0..<60).map { "\(1 + $0 % 3),\(1 + $0 * 2 % 5),2,\(["good", "bad"][$0 % 2])" },
      later: ["1,9,2,good", "2,2,2,bad", "3,9,2,good", "8,1,2,bad"],
      flags: ["--sequence", "columns=a..c,as=tokens"],
      note: "column `a … c`: 3 tokens were not seen in training, taken as missing: `9` × 2, `8`",
      row: ["a": 1, "b": 9, "c": 2], input: "1,9,2", value: "9"),
  ]

  private func program(_ kind: Kind) throws -> Program {
    let program = try Program()
    try program.write(
      ([kind.header] + kind.training).joined(separator: "\n") + "\n", to: "old.csv")
    try program.write(([kind.header] + kind.later).joined(separator: "\n") + "\n", to: "new.csv")
    let trained = try program(
      ["train", "old.csv", "--target", "verdict", "--epochs", "1", "--quiet", "--output", "run"]
        + kind.flags)
    #expect(trained.status == 0, "\(trained.errors)")
    return program
  }

  /// The ways that read the later file, without `--strict`.
  private func ways(_ kind: Kind) -> [[String]] {
    [
      [
        "train", "old.csv", "--target", "verdict", "--epochs", "1", "--test", "0", "--validation",
        "new.csv", "--output", "other", "--force",
      ] + kind.flags,
      ["evaluate", "run", "new.csv"], ["predict", "run", "new.csv"],
      ["trace", "run", "new.csv", "--row", "1"], ["prove", "run", "new.csv"],
    ]
  }

  @Test(arguments: kinds) func isCountedAlikeEverywhere(_ kind: Kind) throws {
    let program = try program(kind)
    for words in ways(kind) {
      let outcome = try program(words)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      #expect(
        outcome.errors.components(separatedBy: kind.note).count == 2, "\(words): \(outcome.errors)")
      let strict = try program(words + ["--strict"])
      #expect(strict.status == 65, "\(words): \(strict.errors)")
      #expect(strict.errors.contains("new.csv:2") && strict.errors.contains("`\(kind.value)`"))
    }
    for words in [
      ["predict", "run", "--input", kind.input],
      ["trace", "run", "--input", kind.input, "--target", "bad"],
    ] {
      let outcome = try program(words)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains("`\(kind.value)`"))
      let strict = try program(words + ["--strict"])
      #expect(strict.status == 65 && strict.errors.contains("`\(kind.value)`"), "\(strict.errors)")
    }
    let facts = try program("predict", "run", "new.csv", "--json").json()
    #expect((facts["notes"] as? [String])?.contains { $0.hasSuffix(kind.note) } == true)
  }

  @Test(arguments: kinds) func theLibrarySaysTheSame(_ kind: Kind) throws {
    let program = try program(kind)
    let model = try TrainedModel(path: program.folder.path + "/run/model.safetensors")
    let notes = try #require(try model.predict(kind.row).notes)
    #expect(notes.count == 1 && notes[0].contains("`\(kind.value)`"))
    #expect(throws: Problem.self) { try model.predict(kind.row, strict: true) }
    let file = program.folder.path + "/new.csv"
    let answers = try model.predict(files: [file])
    #expect(answers.notes.count { $0.hasSuffix(kind.note) } == 1 && answers.unanswered == 0)
    var strict = RunConfiguration()
    strict.data.strict = true
    #expect(throws: Problem.self) { try model.predict(files: [file], settings: strict.data) }
    var told: [String] = []
    let rows = try PreparedData.read(file, with: model.preprocessing) { told.append($0) }
    #expect(rows.count == kind.later.count && told.count { $0.hasSuffix(kind.note) } == 1)
    #expect(throws: Problem.self) {
      try PreparedData.read(file, with: model.preprocessing, configuration: strict)
    }
  }

  /// A label of which a row may have any number is left out where it is scored, and counted.
  @Test func labelsThatTrainingDidNotSee() throws {
    let program = try Program()
    let rows = (0..<60).map { "\($0 % 7),\(["red|blue", "red", "blue"][$0 % 3])" }
    try program.write((["size,tags"] + rows).joined(separator: "\n") + "\n", to: "old.csv")
    try program.write("size,tags\n1,red|odd\n2,blue\n3,odd|blu\n", to: "new.csv")
    let trained = try program(
      "train", "old.csv", "--target", "tags", "--task", "multilabel", "--epochs", "1", "--output",
      "run", "--quiet")
    #expect(trained.status == 0, "\(trained.errors)")
    for words in [["evaluate", "run", "new.csv"], ["trace", "run", "new.csv", "--row", "1"]] {
      let outcome = try program(words)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
      #expect(
        outcome.errors.contains(
          "column `tags`: 3 labels were not seen in training, taken as none of the known, so scores "
            + "are of those: `odd` × 2, `blu` (`blue`?)"), "\(outcome.errors)")
      let strict = try program(words + ["--strict"])
      #expect(strict.status == 65 && strict.errors.contains("new.csv:2, column `tags`"))
    }
    #expect(try program("evaluate", "run", "new.csv", "--json").json()["rows"] as? Int == 3)
    let learned = try program(
      "train", "old.csv", "--target", "tags", "--task", "multilabel", "--validation", "new.csv",
      "--output", "other")
    #expect(learned.status == 65 && learned.errors.contains("`odd`"))
  }

  /// A class that training never saw is refused where it would be learned, and counted as answered wrong
  /// where it is scored.
  @Test func classesThatTrainingDidNotSee() throws {
    let program = try program(Self.kinds[0])
    try program.write("size,colour,verdict\n1,red,good\n2,blue,bad\n3,red,odd\n", to: "odd.csv")
    let learned = try program(
      "train", "old.csv", "--target", "verdict", "--validation", "odd.csv", "--output", "other")
    #expect(learned.status == 65 && learned.errors.contains("`odd`"))
    let scored = try program("evaluate", "run", "odd.csv", "--json")
    #expect(scored.status == 0 && scored.errors.contains("1 row has a class not seen in training"))
    let facts = try scored.json()
    #expect(facts["labels"] as? [String] == ["bad", "good", "odd"])
    let confusion = try #require(facts["confusion"] as? [[Int]])
    #expect(confusion.count == 3 && confusion[2].reduce(0, +) == 1 && confusion[2][2] == 0)
    #expect((facts["loss"] as? Double)?.isFinite == true)
    #expect(try program("evaluate", "run", "odd.csv", "--strict").status == 65)
    #expect(try program("trace", "run", "odd.csv", "--row", "1").status == 0)
    let traced = try program("trace", "run", "odd.csv", "--row", "3")
    #expect(traced.status == 65 && traced.errors.contains("`odd`"))
    // What is to be answered is not looked at.
    #expect(try program("predict", "run", "odd.csv", "--strict").status == 0)
  }
}
