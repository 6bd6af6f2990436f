import Foundation
import TestSupport
import Testing

/// Tables as people have them, in every command that reads one.
@Suite struct TableCommandsTests {
  let program: Program

  init() throws {
    program = try Program()
    let rows = (0..<60).map { row in
      let area = "\(20 + row),\(row % 10)"
      return
        "\(1 + row % 28).\(1 + row % 12).2021;\(area);\(row % 3 == 0 ? "-" : "1.\(100 + row),5")"
    }
    let text = "when;area;rent\n" + rows.filter { !$0.hasSuffix("-") }.joined(separator: "\n")
    try program.write(text, to: "rents.csv")
    let gzip = try ChildProcess(
      "/usr/bin/env", ["gzip", "-k", "rents.csv"], in: program.folder.path
    ).outcome()
    #expect(gzip.status == 0)
  }

  /// The same file as it is and packed, through the life of a model.
  @Test(arguments: ["rents.csv", "rents.csv.gz"]) func everyCommandReadsIt(file: String) throws {
    let columns = try program("data", file)
    #expect(columns.status == 0 && columns.output.contains("rent: numeric, 1101.5…1159.5"))
    #expect(columns.errors.contains("separated by semicolons"))
    #expect(columns.errors.contains("column `area`: numbers are read with a decimal comma"))
    #expect(columns.errors.contains("column `when`: read as dates with the day first"))
    let facts = try program("data", file, "--json").json()
    #expect((facts["columns"] as? [[String: Any]])?.first?["kind"] as? String == "date")
    #expect((facts["notes"] as? [String])?.isEmpty == false)
    #expect(try program("data", file, "--target", "rent").status == 0)
    let trained = try program(
      "train", file, "--target", "rent", "--epochs", "2", "--quiet", "--output", "run")
    #expect(trained.status == 0, "\(trained.errors)")
    for arguments in [
      ["evaluate", "run", file], ["predict", "run", file], ["trace", "run", file, "--row", "2"],
      ["prove", "run", file], ["diagnose", "run"], ["report", "run", "--force"],
    ] {
      let outcome = try program(arguments)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    }
    let one = try program("predict", "run", "--input", "when=3.4.2021,area=30.5", "--json").json()
    let other = try program("predict", "run", "--input", "when=03.04.2021,area=30.5", "--json")
      .json()
    #expect(one as NSDictionary == other as NSDictionary)
  }

  /// What is said of a table counts without a target too.
  @Test func settingsReachTheListOfColumns() throws {
    try program.write("a,b\n1,x\nlow,y\n3,x\n", to: "t.csv")
    let refused = try program("data", "t.csv")
    #expect(refused.status == 65 && refused.errors.contains("--kinds to `a=categorical`"))
    #expect(
      try program("data", "t.csv", "--kinds", "a=categorical").output.contains("a: 3 categories"))
    #expect(
      try program("data", "t.csv", "--missing", "low").output.contains("a: numeric, 1…3, 1 missing")
    )
    try program.write("x,y\nred,1\nblue,2\n", to: "u.csv")
    #expect(try program("data", "u.csv").output.contains("x: 2 categories"))
    #expect(
      try program("data", "u.csv", "--header", "false", "--kinds", "column_2=categorical")
        .output.contains("column_1: 3 categories"))
  }
}
