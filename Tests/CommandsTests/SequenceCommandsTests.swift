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

  // MARK: Labels at each step

  /// Recordings of 3 to 6 steps, not in order, with a label for each row.
  private static let steps: [String] = (0..<24).flatMap { recording in
    (0..<3 + recording % 4).reversed().map { step in
      let x = Double((recording * 7 + step * 5) % 11) - 5
      return "\(recording),\(step),\(x),\(x > 0 ? "up" : "down")"
    }
  }

  private func trainOnSteps() throws {
    try program.write(
      "who,t,x,y\n" + Self.steps.joined(separator: "\n") + "\n", to: "steps.csv")
    let outcome = try program(
      "train", "steps.csv", "--target", "y", "--sequence", "columns=x,group=who,order=t",
      "--hidden",
      "4", "--epochs", "20", "--learning-rate", "0.03", "--quiet", "--output", "run")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func everyRowOfAFileOfStepsIsAnswered() throws {
    try trainOnSteps()
    // Other columns, no label, a row without a sequence and one without a value.
    let rows = Self.steps.map { $0.split(separator: ",") }
    try program.write(
      "z,x,who,t\n" + rows.map { "0,\($0[2]),\($0[0]),\($0[1])\n" }.joined() + "0,1,,1\n0,,2,9\n",
      to: "new.csv")
    let outcome = try program(
      "predict", "run", "new.csv", "--output", "answers.csv", "--keep", "who,t")
    #expect(
      outcome.status == 65 && outcome.errors.contains("2 of \(rows.count + 2) have no answer"))
    let lines = try program.read("answers.csv").split(separator: "\n").map(String.init)
    #expect(lines.count == rows.count + 3)
    #expect(lines[0] == "row,who,t,y,p(down),p(up),y set,problem")
    let answers = lines.dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var right = 0
    for (place, row) in rows.enumerated() {
      #expect(answers[place][0] == "\(place + 1)")
      #expect(answers[place][1] == row[0] && answers[place][2] == row[1])
      right += answers[place][3] == row[3] ? 1 : 0
    }
    #expect(right > rows.count * 9 / 10)
    #expect(lines[rows.count + 1].contains("column `who`"))
    #expect(lines[rows.count + 2].contains("column `x`"))
    #expect(try program("predict", "run", "new.csv", "--strict").status == 65)

    let scores = try program("evaluate", "run", "steps.csv", "--json").json()
    #expect(scores["rows"] as? Int == rows.count)
    #expect(abs((scores["accuracy"] as? Double ?? 0) - Double(right) / Double(rows.count)) < 1e-9)
  }

  /// Each way to look at a model either works or says what to do instead.
  @Test func aModelOfStepsCanBeLookedAt() throws {
    try trainOnSteps()
    for arguments in [
      ["trace", "run", "--row", "3"],
      ["trace", "run", "--input", "1,-2,3", "--target", "up,down,up"],
      ["trace", "run", "--step", "2"], ["prove", "run", "steps.csv"],
      ["inspect", "run"], ["report", "run", "--output", "page.html"],
      ["predict", "run", "--input", "1,-2,3"], ["resume", "run", "--epochs", "22", "--quiet"],
    ] {
      let outcome = try program(arguments)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }
    let answer = try program("predict", "run", "--input", "1,-2,3", "--json").json()
    let steps = (answer["predictions"] as? [[String: Any]])?.first?["steps"] as? [[String: Any]]
    #expect(steps?.map { $0["label"] as? String } == ["up", "down", "up"])
    let short = try program("trace", "run", "--input", "1,-2,3", "--target", "up")
    #expect(short.status == 65 && short.errors.contains("a class for each of 3 steps"))
    let diagnosed = try program("diagnose", "run")
    #expect(diagnosed.status == 64 && diagnosed.errors.contains("`evaluate`"))
    let from = try program(
      "train", "steps.csv", "--target", "y", "--from", "run", "--output", "other")
    #expect(from.status == 64 && from.errors.contains("--from"), "\(from.errors)")
  }

  @Test func labelsInColumnsAreLearned() throws {
    let rows = (0..<80).map { row in
      let xs = (0..<5).map { Double((row * 7 + $0 * 5) % 11) - 5 }
      let length = 3 + row % 3
      func cells(_ texts: [String]) -> String {
        (texts.prefix(length) + [String](repeating: "", count: 5 - length)).joined(separator: ",")
      }
      return cells(xs.map { "\($0)" }) + "," + cells(xs.map { $0 > 0 ? "1" : "0" })
    }
    let header =
      (1...5).map { "x_\($0)" }.joined(separator: ",") + ","
      + (1...5).map { "label_\($0)" }.joined(separator: ",")
    try program.write(header + "\n" + rows.joined(separator: "\n") + "\n", to: "wide.csv")
    let report = try program(
      "train", "wide.csv", "--sequence", "columns=x_*,labels=label_*", "--hidden", "4", "--epochs",
      "20", "--learning-rate", "0.03", "--quiet", "--json", "--output", "run"
    ).json()
    let test = try #require(report["test"] as? [String: Any])
    #expect(try #require(test["accuracy"] as? Double) > 0.9)
    let told = try program("predict", "run", "wide.csv", "--output", "-")
    #expect(told.status == 0, "\(told.errors)")
    let lines = told.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("row,step,label_*,p(0),p(1)"))
    #expect(lines[1].hasPrefix("1,1,") && lines[4].hasPrefix("2,1,"))
    #expect(lines.count == 1 + (0..<80).reduce(0) { $0 + 3 + $1 % 3 })
  }

  @Test(arguments: [
    (["--target", "y", "--sequence", "columns=x,order=t"], "--group beside `order`"),
    (["--target", "y", "--sequence", "columns=x,group=who,labels=y"], "labels"),
    (["--target", "y", "--sequence", "columns=x,labels=x*"], "--target"),
    (["--target", "y", "--sequence", "columns=x,group=nobody"], "nobody"),
    (["--target", "y", "--sequence", "columns=x,group=who,as=words"], "each row is one step"),
    (["--target", "x", "--sequence", "columns=t,group=who", "--task", "regression"], "classes"),
    (["--target", "y", "--sequence", "columns=x,group=who", "--network", "dense"], "lstm or gru"),
  ])
  func settingsOfStepsThatDoNotFitAreRefused(_ flags: [String], _ text: String) throws {
    try program.write(
      "who,t,x,y\n" + Self.steps.joined(separator: "\n") + "\n", to: "steps.csv")
    let outcome = try program(["train", "steps.csv", "--quiet", "--output", "run"] + flags)
    #expect(outcome.status != 0 && outcome.errors.contains(text), "\(flags): \(outcome.errors)")
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
