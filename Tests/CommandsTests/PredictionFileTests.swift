import Foundation
import Glassbox
import TestSupport
import Testing

/// Files of answers: what stands in them, and what becomes of rows that cannot be read.
@Suite struct PredictionFileTests {
  let program: Program

  init() throws { program = try Program.withPrices() }

  @Test func holdAnswersBesideTheColumnsThatAreKept() throws {
    try program.write(
      "who,price,size,more\n=1+1,TBD, 3.50 ,\n\"a \"\"b\"\", c\",,1,\n-7,?,8,\n@me,x,2,\n",
      to: "new.csv")
    let outcome = try program(
      "predict", "run", "new.csv", "--output", "answers.csv", "--keep", "who,size,price")
    #expect(outcome.status == 0 && outcome.output.contains("answers.csv: 4 answers"))
    #expect(outcome.errors.contains("begin with an apostrophe: 2"))
    let lines = try program.read("answers.csv").split(separator: "\n").map(String.init)
    #expect(
      lines[0].hasPrefix("row,who,size,price,price (predicted),p(high),p(low),")
        && lines[0].hasSuffix(",problem"))
    #expect(lines[1].hasPrefix("1,'=1+1,\" 3.50 \",TBD,"))
    #expect(lines[2].hasPrefix("2,\"a \"\"b\"\", c\",1,,"))
    #expect(lines[3].hasPrefix("3,-7,8,?,") && lines[4].hasPrefix("4,'@me,2,x,"))
    // The same numbers as JSON.
    let facts = try program("predict", "run", "new.csv", "--json").json()
    let first = try #require((facts["predictions"] as? [[String: Any]])?.first)
    let high = try #require((first["probabilities"] as? [String: Double])?["high"])
    #expect(lines[1].split(separator: ",").contains { Double($0) == high })
    // Nothing is replaced unasked; standard output takes the same table.
    #expect(try program("predict", "run", "new.csv", "--output", "answers.csv").status == 73)
    let printed = try program(
      "predict", "run", "new.csv", "--output", "-", "--keep", "who,size,price", "--quiet")
    #expect(printed.output == (try program.read("answers.csv")))
    let absent = try program(
      "predict", "run", "new.csv", "--output", "b.csv", "--keep", "whom")
    #expect(absent.status == 65 && absent.errors.contains("write `whom` instead of `who`"))
    #expect(!program.exists("b.csv"))
  }

  /// A row that cannot be read has its line, with the reason, and the others have their answers.
  @Test(arguments: [
    ("low", "expected a finite number in column `size`, found `low`"),
    ("1e300", "fits in 32 bits"), ("inf", "expected a finite number"), ("1,2,3", "found 4"),
  ])
  func sayWhyARowHasNoAnswer(_ cell: String, _ reason: String) throws {
    try program.write("who,size\na,1\nb,\(cell)\nc,3\n", to: "new.csv")
    let good = try program("predict", "run", "new.csv", "--json")
    #expect(good.status == 65 && good.errors.contains("1 of 3 have no answer"))
    let predictions = try #require(good.json()["predictions"] as? [[String: Any]])
    #expect(predictions.map { $0["problem"] == nil } == [true, false, true])
    #expect((predictions[1]["problem"] as? String)?.contains(reason) == true, "\(predictions[1])")
    #expect((predictions[1]["problem"] as? String)?.contains("new.csv:3") == true)
    let table = try program("predict", "run", "new.csv", "--output", "a.csv", "--keep", "who")
    #expect(table.status == 65)
    let lines = try program.read("a.csv").split(separator: "\n")
    #expect(lines.count == 4 && lines[2].hasPrefix("2,b,,,,") && lines[3].hasPrefix("3,c,"))
    let strict = try program("predict", "run", "new.csv", "--strict")
    #expect(strict.status == 65 && strict.output.isEmpty && strict.errors.contains(reason))
  }

  /// Later files may be laid out otherwise, packed, or come through a pipe.
  @Test func maySayHowTheyAreLaidOut() throws {
    let expected = try program("predict", "run", "old.csv").output
    let text = try program.read("old.csv")
    try program.write(
      "% by hand\n"
        + text.replacing(",", with: "^").replacing("\"", with: "")
        .replacing("^ ", with: ", "), to: "odd.csv")
    let odd = ["--delimiter", "^", "--comment", "%"]
    for command in ["predict", "evaluate", "trace", "prove"] {
      let outcome = try program([command, "run", "odd.csv"] + odd)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
      if command == "predict" { #expect(outcome.output == expected) }
      let wrong = try program(command, "run", "odd.csv", "--delimiter", "two")
      #expect(wrong.status == 64 && wrong.errors.contains("--delimiter"))
      let plain = try program(command, "run", "-", input: text)
      #expect(plain.status == 0, "\(command): \(plain.errors)")
    }
    let variable = try program.start(
      ["predict", "run", "odd.csv", "--comment", "%"], environment: ["GLASSBOX_DELIMITER": "^"]
    ).outcome()
    #expect(variable.output == expected)
    let gzip = try ChildProcess(
      "/bin/sh", ["-c", "gzip -c old.csv > packed"], in: program.folder.path
    ).outcome()
    #expect(gzip.status == 0)
    #expect(try program("predict", "run", "packed").output == expected)
  }

  /// Without names, columns are matched by their places.
  @Test func withoutAHeaderGoByPlace() throws {
    let rows = (0..<60).map { "\($0 % 9).5,\($0 % 4),\($0 % 9 < 4 ? "low" : "high")" }
    try program.write(rows.joined(separator: "\n") + "\n", to: "bare.csv")
    let trained = try program(
      "train", "bare.csv", "--target", "column_3", "--epochs", "1", "--quiet", "--output", "bare")
    #expect(trained.status == 0, "\(trained.errors)")
    let expected = try program("predict", "bare", "--input", "3.5,2", "--json").json()[
      "predictions"]
    for (file, note) in [
      ("3.5,2,low\n", ""), ("3.5,2\n", "taken to be all but `column_3`"),
      ("size,kind,price\n3.5,2,low\n", "matched by their places"),
    ] {
      try program.write(file, to: "one.csv")
      let outcome = try program("predict", "bare", "one.csv", "--json")
      #expect(outcome.status == 0, "\(file): \(outcome.errors)")
      #expect(
        try outcome.json()["predictions"] as? NSArray == expected as? NSArray, "\(file)")
      #expect(note.isEmpty || outcome.errors.contains(note), "\(file): \(outcome.errors)")
    }
    try program.write("1,2,3,4\n", to: "wide.csv")
    #expect(try program("predict", "bare", "wide.csv").status == 65)
  }

  /// What holds commas stands in quotes.
  @Test func rowsOnTheCommandLineMayHaveCommas() throws {
    try program.write(
      "\"size, cm\",\"the kind\",price\n"
        + (0..<40).map { "\($0 % 9),\"\($0 % 2), a\",\($0 % 2 == 0 ? "low" : "high")\n" }.joined(),
      to: "names.csv")
    #expect(
      try program(
        "train", "names.csv", "--target", "price", "--epochs", "1", "--output", "names", "--quiet"
      ).status == 0)
    let named = try program(
      "predict", "names", "--input", "\"size, cm\"=3,the kind=\"1, a\"", "--json")
    let plain = try program("predict", "names", "--input", "3,\"1, a\"", "--json")
    #expect(named.status == 0 && named.errors.isEmpty, "\(named.errors)")
    #expect(named.output == plain.output)
    let kept = try program(
      "predict", "names", "names.csv", "--output", "-", "--keep", "\"size, cm\",the kind")
    #expect(kept.output.hasPrefix("row,\"size, cm\",the kind,price,"))
  }
}
