import Engine
import Testing

@testable import Datasets

/// Rows of another file below those of a table.
@Suite struct AppendedRowsTests {
  private func table(_ text: String, _ name: String, _ options: TableOptions = TableOptions())
    throws
    -> DataTable
  {
    try DataTable(csv: Array(text.utf8), name: name, options: options)
  }

  @Test func cellsFollowWhateverTheFirstFileIsWrittenLike() throws {
    let first = try table(
      "size;place;day;label\n1,5;north;01.02.2021;no\n2,25;south;03.02.2021;yes\n", "first.csv")
    let second = try table(
      "label,place,size\nyes,west,3.125\nno,north,\n", "second.csv", first.optionsOfMoreRows)
    let both = try first.appending(second)
    #expect(both.count == 4)
    #expect(try both.column("size").text(2) == "3.125" && both.column("size").text(0) == "1.5")
    #expect(try both.column("size").isMissing(3) && both.column("day").isMissing(2))
    #expect(
      try both.column("day").kind == .date
        && both.column("day").text(1) == first.column("day").text(1))
    #expect(
      try (0..<4).map { try both.column("place").text($0) } == ["north", "south", "west", "north"])
    #expect(try (0..<4).map { try both.column("label").text($0) } == ["no", "yes", "yes", "no"])
    #expect(both.location(row: 1, column: "size") == "first.csv:3, column `size`")
    #expect(both.location(row: 2, column: "size") == "second.csv:2, column `size`")
  }

  @Test func aCellOfAnotherKindIsSaidWithItsFile() throws {
    let first = try table("size,label\n1,no\n2,yes\n", "first.csv")
    #expect {
      try table("size,label\nbig,no\n", "second.csv", first.optionsOfMoreRows)
    } throws: { "\($0)".contains("second.csv:2") }
  }
}
