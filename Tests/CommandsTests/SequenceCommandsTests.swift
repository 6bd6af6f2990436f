import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Sequences from tables: what is refused, and how it is said.
@Suite struct SequenceCommandsTests {
  let program: Program

  init() throws { program = try Program() }

  /// Steps of whole numbers from 1 to 5; short rows end in empty cells.
  private static let tokens =
    "a,b,c,label\n"
    + (0..<120).map { row in
      "\(1 + row % 5),\(1 + row * 3 % 5),\(row % 3 == 0 ? "" : "2"),\(row % 5 == 2 ? "yes" : "no")\n"
    }.joined()

  private func train(_ text: String, _ flags: String...) throws -> Program.Outcome {
    try program.write(Self.tokens, to: "tokens.csv")
    try program.write("data: tokens.csv\ntarget: label\n" + text, to: "run.yaml")
    return try program(
      ["train", "--config", "run.yaml", "--quiet", "--output", "run", "--epochs", "2"] + flags)
  }

  private static let embedded = """
    network:
      - {layer: embedding, tokens: 6, units: 8, mask_zero: true}
      - {layer: lstm, units: 16}
      - {layer: dense, units: 1}

    """

  @Test func wholeNumbersAreTokensForAnEmbedding() throws {
    let outcome = try train("sequence: a..c\n" + Self.embedded)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try program("predict", "run", "tokens.csv").status == 0)
    let facts = try program("inspect", "run", "--json").json()
    #expect(facts["input_shape"] as? [Int] == [3])
    let report = try program.read("run/report.html")
    #expect(report.contains("from sequences of 3 tokens</h1>"))
  }

  @Test(arguments: [
    ("a,b,c\n1,2,3\n1,2.5,1\n", "new.csv:3", "`2.5`"),
    ("a,b,c\n-1,2,3\n", "new.csv:2", "`-1`"), ("a,b,c\n,,\n", "new.csv:2", "empty"),
    ("a,b,c\n1,x,3\n", "new.csv:2", "`x`"),
  ])
  func badTokensAreNamed(_ rows: String, _ place: String, _ found: String) throws {
    #expect(try train("sequence: a..c\n" + Self.embedded).status == 0)
    try program.write(rows, to: "new.csv")
    let outcome = try program("predict", "run", "new.csv")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains(place) && outcome.errors.contains(found), "\(outcome.errors)")
  }

  /// The same without `sequence`, where cells are plain columns.
  @Test func badTokensAmongColumnsAreNamedToo() throws {
    try program.write(
      Self.tokens.replacing(",,", with: ",0,"), to: "full.csv")
    let outcome = try train("scaling: none\n" + Self.embedded, "full.csv")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for (rows, column) in [("1,2,6", "c"), ("1,2.5,3", "b"), (",2,3", "a")] {
      try program.write("a,b,c,label\n1,2,3,no\n\(rows),yes\n", to: "new.csv")
      for command in ["predict", "evaluate", "trace", "prove"] {
        let outcome = try program([command, "run", "new.csv"])
        #expect(outcome.status == 65, "\(command): \(outcome.output)")
        #expect(
          outcome.errors.contains("row 2, column `\(column)`")
            && outcome.errors.contains("0 to 5"), "\(command): \(outcome.errors)")
      }
    }
  }

  @Test(arguments: [
    // Each column scaled by itself leaves no token and no padding.
    (Self.embedded, "--sequence first..last"),
    (
      "network: [{layer: reshape, shape: [3, 1]}, {layer: masking}, {layer: lstm, units: 2}, "
        + "{layer: dense, units: 1}]\n", "--sequence first..last"
    ),
    ("sequence: {columns: a..c, as: tokens}\nnetwork: [{layer: dense, units: 1}]\n", "embedding"),
    ("sequence: {columns: a..c, as: numbers}\n" + Self.embedded, "`as: tokens`"),
    (
      "sequence: {columns: a..c, padding: -1}\nnetwork: [{layer: masking}, {layer: lstm, units: 2}, "
        + "{layer: dense, units: 1}]\n", "masking of -1"
    ),
    ("sequence: a..d\n", "`d`"), ("sequence: c..a\n", "`a..c`"), ("sequence: 'x*'\n", "`x*`"),
    ("sequence: [a, b, c]\n", "`columns: a,b,c`"),
    ("sequence: {columns: a..c, lenght: 3}\n", "`lenght`"),
    ("sequence: {columns: a..c, as: letters}\n", "numbers, tokens"),
    ("sequence: {columns: a..c, as: words}\n", "`as: tokens`"),
    ("sequence: {columns: a..c, length: 2}\n", "length"),
    ("sequence: a..c\nnetwork: cnn\n", "images"), ("network: lstm\n", "--sequence 'day_*'"),
  ])
  func mistakesAreExplained(_ text: String, _ cure: String) throws {
    let outcome = try train(text)
    #expect([64, 65].contains(outcome.status))
    #expect(outcome.errors.contains(cure), "\(outcome.errors)")
    #expect(!program.exists("run"))
  }

  @Test func numbersKeepTheirPaddingThroughScaling() throws {
    let outcome = try train(
      "sequence: {columns: a..c, as: numbers}\nnetwork: gru\nhidden: [4, 3]\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let facts = try program("inspect", "run", "--json").json()
    #expect(facts["input_shape"] as? [Int] == [3, 1])
    let layers = try #require(facts["layers"] as? [[String: Any]]).map { $0["layer"] as? String }
    #expect(layers == ["masking", "gru", "gru", "dense"])
    // Steps that are missing change nothing, so naming fewer gives what empty cells give.
    let answers = try [
      program("predict", "run", "--input", "a=1,b=2"),
      program("predict", "run", "--input", "a=1,b=2,c="),
    ].map(\.output)
    #expect(answers[0] == answers[1] && !answers[0].isEmpty)
    let wrong = try program("predict", "run", "--input", "a=1,d=2")
    #expect(wrong.status == 65 && wrong.errors.contains("`d`"))
  }

  /// The vocabulary is learned anew from the same training rows, so it is the same.
  @Test func aStoppedTrainingOfSequencesGoesOnBitForBit() throws {
    func arguments(_ folder: String) -> [String] {
      [
        "train", "\(ExampleData.folder)/reviews.csv", "--target", "verdict", "--sequence",
        "columns=text,as=tokens,length=6", "--epochs", "30", "--patience", "0", "--batch", "4",
        "--output", folder,
      ]
    }
    let whole = try program(arguments("whole") + ["--json", "--quiet"]).json()
    #expect(try program.stop(arguments("parts"), after: 2, with: SIGINT).status == 130)
    let resumed = try program("resume", "parts", "--json", "--quiet").json()
    #expect(resumed["weights_sha256"] as? String == whole["weights_sha256"] as? String)
    #expect(resumed["epochs_run"] as? Int == 30)
  }

  @Test func settingsOfImagesAreRefusedForTables() throws {
    for flags in [["--image-size", "8"], ["--channels", "3"], ["--skip-bad"]] {
      let outcome = try program(
        ["train", "\(ExampleData.folder)/bumps.csv", "--target", "first", "--output", "no"] + flags)
      #expect(outcome.status == 64, "\(flags)")
      #expect(outcome.errors.contains("no images of their own"))
    }
  }
}
