import Engine
import Testing

@testable import Datasets

@Suite struct TableTests {
  @Test func kindsMissingValuesAndSummary() throws {
    let table = try DataTable(
      reading: source(
        """
        age,colour,married,score
        16,red,true,1.5
        NA, blue ,false,?
        0,n/a,true,-2
        7,red,,NaN
        """))
    #expect(table.count == 4)
    #expect(
      table.summary == """
        age: numeric, 0…16, 1 missing
        colour: 2 categories (red, blue), 1 missing
        married: 2 categories (true, false), 1 missing
        score: numeric, -2…1.5, 2 missing
        """)
    #expect(try table.column("age").text(0) == "16")
    #expect(try table.column("age").isMissing(1))
    #expect(try table.column("colour").text(1) == "blue")
    #expect(
      message { _ = try table.column("agee") }
        == "data.csv: expected a column `agee`, found columns `age`, `colour`, `married`, `score`. "
        + "Fix: write `age`.")
    #expect(
      message { _ = try table.column("weight") }.hasSuffix(
        "Fix: check the spelling of the column name."))
  }

  @Test func infinityAmongCategoriesIsTold() throws {
    let rows = ["red,1", "inf,2", "blue,3", "-Infinity,4", "red,5", "green,6"]
    let table = try DataTable(reading: source("c,n\n" + rows.joined(separator: "\n")))
    #expect(
      table.notes == [
        "data.csv: column `c` has `inf` and `-Infinity` among its categories, taken as written; "
          + "leave the cell empty if the value is missing"
      ])
    #expect(try DataTable(reading: source("c\nred\ninfo\nblue")).notes.isEmpty)
  }

  @Test func textAmongNumbersIsAnErrorAtItsPlace() {
    let rows = (0..<50).map { "\($0),x\($0 % 3)" }
    var bad = rows
    bad[17] = "1o,x1"
    bad[20] = "  twenty,x1"
    #expect(
      message { _ = try DataTable(reading: source("n,c\n" + bad.joined(separator: "\n"))) }
        == "data.csv:19:1: expected a finite number in column `n`, found `1o`. Fix: correct it, leave "
        + "the cell empty if the value is missing, name `1o` in `missing`, or set `kinds` to "
        + "`n=categorical`.\n"
        + "data.csv:22:1: expected a finite number in column `n`, found `twenty`. Fix: correct it, "
        + "leave the cell empty if the value is missing, name `twenty` in `missing`, or set `kinds` to "
        + "`n=categorical`.")
    // The same when the odd one comes first and makes the reader guess text.
    #expect(
      message { _ = try DataTable(reading: source("n\nfirst\n1\n2\n3\n")) }
        == "data.csv:2:1: expected a finite number in column `n`, found `first`. Fix: correct it, "
        + "leave the cell empty if the value is missing, name `first` in `missing`, or set `kinds` to "
        + "`n=categorical`.")
  }

  @Test func infinityIsAnError() {
    for text in ["inf", "-Infinity", "1e999"] {
      #expect(
        message { _ = try DataTable(reading: source("a,n\n1,2\n3,\(text)\n")) }
          == "data.csv:3:3: expected a finite number in column `n`, found `\(text)`. Fix: correct it, "
          + "leave the cell empty if the value is missing, name `\(text)` in `missing`, or set `kinds` to "
          + "`n=categorical`.")
    }
  }

  @Test func mixedColumnsKeepTheirSpelling() throws {
    let table = try DataTable(reading: source("code\n01\n1\n10\nA7\nB2\n"))
    #expect(
      try table.column("code").cells
        == .categories([0, 1, 2, 3, 4], vocabulary: ["01", "1", "10", "A7", "B2"]))
    var options = TableOptions()
    options.kinds = ["zip": .categorical]
    let forced = try DataTable(reading: source("zip\n01\n1\n\n\n02\n"), options: options)
    #expect(
      try forced.column("zip").cells == .categories([0, 1, 2], vocabulary: ["01", "1", "02"]))
    let late = try DataTable(reading: source("c\ninf\nx\ny\nx\n"))
    #expect(
      try late.column("c").cells == .categories([0, 1, 2, 1], vocabulary: ["inf", "x", "y"]))
  }

  @Test func raggedRowsAreToldTogether() {
    #expect(
      message { _ = try DataTable(reading: source("a,b\n1,2\n3\n4,5,6\n")) }
        == "data.csv:3:2: expected 2 fields as in the header, found 1. Fix: add the missing fields.\n"
        + "data.csv:4:5: expected 2 fields as in the header, found 3. "
        + "Fix: quote fields that contain the delimiter.")
    let many = "a,b\n" + String(repeating: "1\n", count: 35)
    let lines = message { _ = try DataTable(reading: source(many)) }.split(separator: "\n")
    #expect(lines.count == 21)
    #expect(lines.last == "data.csv: expected no more problems, found 15 more.")
  }

  @Test func headerOnly() {
    #expect(
      message { _ = try DataTable(reading: source("a,b\n")) }
        == "data.csv: expected rows below the header, found only the header line. "
        + "Fix: check that the file was written completely.")
  }

  @Test func linesOfRows() throws {
    let table = try DataTable(reading: source("a,b\n1,\"x\ny\nz\"\n2,w\n\n3,w\n"))
    #expect((0..<3).map(table.line(ofRow:)) == [2, 5, 7])
    let plain = try DataTable(reading: source("a\n1\n2\n3"))
    #expect((0..<3).map(plain.line(ofRow:)) == [2, 3, 4])
  }

  @Test func wantedColumnsOnly() throws {
    var options = TableOptions()
    options.columns = ["c", "a"]
    let table = try DataTable(reading: source("a,b,c\n1,x,2\n"), options: options)
    #expect(table.columns.map(\.name) == ["c", "a"])
    options.columns = ["a", "d"]
    #expect(
      message { _ = try DataTable(reading: source("a,b\n1,2\n"), options: options) }
        == "data.csv:1: expected a column `d`, found columns `a`, `b`. "
        + "Fix: add the column or correct its name.")
    #expect(
      try DataTable(reading: source("a;d\n1;2\n"), options: options).columns.map(\.name) == [
        "a", "d",
      ])
  }

  @Test func taskFromTheTarget() throws {
    func task(_ cells: [String]) throws -> LearningTask.Choice {
      let table = try DataTable(reading: source("t\n" + cells.joined(separator: "\n")))
      return LearningTask.Choice(inferredFrom: table.columns[0])
    }
    #expect(try task(["yes", "no", "yes"]) == .classification)
    #expect(try task((0..<40).map { "\($0 % 20)" }) == .classification)
    #expect(try task((0..<42).map { "\($0 % 21)" }) == .regression)
    #expect(try task(["1", "2", "3"]) == .regression)
    #expect(try task(["1", "2", "1", "2"]) == .classification)
    #expect(try task(["0.5", "1.5", "0.5", "1.5"]) == .regression)
  }
}
