import Engine
import Testing

@testable import Datasets

/// What is told of columns whose cells do not decide alone, and of tables of very many columns.
@Suite struct ColumnHintTests {
  private func table(_ name: String, _ cells: [String], _ options: TableOptions = TableOptions())
    throws
    -> DataTable
  {
    let text = "\"\(name)\",other\n" + cells.map { "\($0),x\n" }.joined()
    return try DataTable(csv: Array(text.utf8), name: "t.csv", options: options)
  }

  private func repeated(_ cells: [Int]) -> [String] {
    (0..<60).map { "\(cells[$0 % cells.count])" }
  }

  @Test(arguments: [
    ("shelf", [7307, 3225, 1624, 8601, 5470], true),  // apart without a step
    ("store", [1, 2, 3, 4], true), ("storeId", [0, 1, 2], true),
    ("dose", [10, 20, 50, 100], false),
    ("year", [1990, 1991, 1992], false), ("rooms", [1, 2, 3, 4, 5], false),
    ("price", [1499, 1999, 2499, 8999], false), ("store", [1, 2], false),
    ("balance", [-7307, 3225, 1624, 8601], false),
  ])
  func wholeNumbersThatMayBeNamesAreTold(_ name: String, _ cells: [Int], _ isTold: Bool) throws {
    let notes = try table(name, repeated(cells)).notes
    #expect(notes.contains { $0.contains("`\(name)=categorical`") } == isTold, "\(notes)")
    var options = TableOptions()
    options.kinds[name] = .numeric
    #expect(try table(name, repeated(cells), options).notes.isEmpty)
    options = TableOptions()
    options.labels = [name]
    #expect(try table(name, repeated(cells), options).notes.isEmpty)
  }

  /// More than half of the cells decide; of half and half the texts do, with a note.
  @Test func mostIsMoreThanHalf() throws {
    for numbers in 0...9 {
      let cells = (0..<10).map { $0 < numbers ? "\($0).5" : "x\($0 % 2)" }
      guard numbers <= 5 else {
        #expect(throws: Problem.self) { try table("c", cells) }
        continue
      }
      let read = try table("c", cells)
      #expect(read.columns[0].kind == .categorical, "\(numbers)")
      #expect(
        read.notes.contains { $0.contains("\(numbers) of 10 cells are numbers") } == (numbers >= 3))
    }
    let dates = (0..<10).map { $0 < 5 ? "2021-03-0\($0 + 1)" : "x" }
    #expect(try table("c", dates).columns[0].kind == .categorical)
    #expect(message { _ = try table("c", Array(dates.prefix(9))) }.contains("expected a date"))
  }

  /// What is told to be said can be said, whatever the column's name.
  @Test func namesWithCommasAreQuotedInAdvice() throws {
    let notes = try table("a, b code", repeated([1, 2, 3])).notes
    #expect(notes.contains { $0.contains("`\"a, b code\"=categorical`") }, "\(notes)")
  }

  @Test func manyColumnsAreToldInRuns() throws {
    let names =
      (1...60).map { "x_\($0)" } + ["city"] + (1...60).map { "y_\($0)" } + ["a", "b", "c"]
    let rows = (0..<3).map { row in
      names.map { $0 == "city" ? "c\(row % 2)" : $0 == "y_7" && row == 1 ? "" : "\(row)" }
        .joined(separator: ",")
    }
    let text = ([names.joined(separator: ",")] + rows).joined(separator: "\n")
    let table = try DataTable(csv: Array(text.utf8), name: "wide.csv")
    #expect(
      table.summary == """
        x_1..x_60: 60 columns, numeric, 0…2
        city: 2 categories (c0, c1)
        y_1..y_60: 60 columns, numeric, 0…2, 1 missing
        a..c: 3 columns, numeric, 0…2
        """)
    let prepared = try Preprocessing(fitting: table, target: "city", rows: [0, 1])
    #expect(prepared.summary.split(separator: "\n").count == 5, "\(prepared.summary)")
  }

  @Test func manyColumnsLeftOutForOneReasonAreNotedTogether() throws {
    let names = (1...9).map { "x\($0)" } + ["z", "y"]
    let rows = (0..<4).map { row in names.map { $0 == "y" || $0 == "z" ? "\(row)" : "7" } }
    let text = ([names] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n")
    let table = try DataTable(csv: Array(text.utf8), name: "t.csv")
    let notes = try Preprocessing(fitting: table, target: "y").notes
    #expect(
      notes.count == 1 && notes[0].hasPrefix("9 columns are left out, `x1`, `x2`"), "\(notes)")
    #expect(notes[0].hasSuffix("7 in every training row"))
  }

  /// A running number is no row number where nothing else is there.
  @Test func aLoneCountIsKept() throws {
    let rows = (0..<20).map { "\(1871 + $0),\($0 * $0 % 7)" }.joined(separator: "\n")
    let table = try DataTable(csv: Array("year,volume\n\(rows)".utf8), name: "nile.csv")
    #expect(try Preprocessing(fitting: table, target: "volume").inputShape == [1])
  }
}
