import Engine
import Testing

@testable import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct RowRolesTests {
  private func table(_ text: String) throws -> DataTable {
    try DataTable(csv: Array(text.utf8), name: "t.csv")
  }

  private func roles(group: String? = nil, weight: String? = nil, time: String? = nil) -> RowRoles {
    var roles = RowRoles()
    (roles.group, roles.weight, roles.time) = (group, weight, time)
    return roles
  }

  @Test func rowsWithoutAValueToLearnAreLeftOutAndCounted() throws {
    let table = try table("x,y\n1,2\n2,\n3,4\n4,NA\n5,6.5\n")
    let usable = try UsableRows(table, targets: ["y"], roles: RowRoles())
    #expect(usable.rows == [0, 2, 4])
    #expect(usable.notes == ["t.csv: 2 of 5 rows are left out: no value of `y` to learn"])
    let data = try Preprocessing(fitting: table, target: "y").dataset(table)
    #expect(data.count == 3 && data.notes == usable.notes)
  }

  /// Each column that decides a row's part leaves out the rows that lack it.
  @Test(arguments: ["group", "time"]) func rowsWithoutRoleAreLeftOut(_ role: String) throws {
    let table = try table("x,y,r\n1,2,1\n2,3,\n3,4,2\n")
    let usable = try UsableRows(
      table, targets: ["y"],
      roles: role == "group" ? roles(group: "r") : roles(time: "r"))
    #expect(usable.rows == [0, 2] && usable.notes.count == 1)
  }

  @Test func moreRowsThanCanBeNumberedAreRefused() {
    let count = RowNumbers.most + 1
    let table = DataTable(
      name: "t.csv", columns: [], count: count, lineOffsets: [], addedGaps: [],
      unnamedColumns: nil, layoutNotes: [])
    let problem = #expect(throws: Problem.self) { try UsableRows(table, roles: RowRoles()) }
    let ofSplit = #expect(throws: Problem.self) { try Split(count: count, seed: 1) }
    #expect(problem?.location == "t.csv" && problem?.expected == ofSplit?.expected)
  }

  @Test func weightsOf0AreLeftOut() throws {
    let table = try table("x,y,w\n1,2,1\n2,3,0\n3,4,2.5\n")
    let usable = try UsableRows(table, targets: ["y"], roles: roles(weight: "w"))
    #expect(usable.rows == [0, 2])
    #expect(usable.notes == ["t.csv: 1 of 3 rows is left out: their `w` is 0"])
    var options = PreprocessingOptions()
    options.roles = roles(weight: "w")
    let preprocessing = try Preprocessing(fitting: table, target: "y", options: options)
    #expect(preprocessing.inputNames == ["x"])
    #expect(preprocessing.notes.contains { $0.contains("it is the weight of the rows") })
    let data = try preprocessing.dataset(table)
    #expect(data.weights == [1, 2.5])
    // A later file may come without weights.
    let later = try self.table("x,y\n1,2\n2,3\n")
    #expect(try preprocessing.dataset(later).weights == nil)
    let again = try JSONDecoder().decode(
      Preprocessing.self, from: JSONEncoder().encode(preprocessing))
    #expect(again == preprocessing)
  }

  @Test(arguments: ["-1", "", "1e-300"]) func whatIsNoWeightIsNamedByItsLine(_ cell: String) throws
  {
    let table = try table("x,y,w\n1,2,1\n2,3,\(cell)\n3,4,1\n")
    let problem = #expect(throws: Problem.self) {
      try UsableRows(table, targets: ["y"], roles: roles(weight: "w"))
    }
    #expect(problem?.location == "t.csv:3, column `w`")
  }

  @Test func nothingLeftIsAProblem() throws {
    let table = try table("x,y,w\n1,2,0\n2,3,0\n")
    #expect(throws: Problem.self) {
      try UsableRows(table, targets: ["y"], roles: roles(weight: "w"))
    }
    let text = try self.table("x,y,w\n1,2,a\n2,3,b\n")
    #expect(throws: Problem.self) {
      try UsableRows(text, targets: ["y"], roles: roles(weight: "w"))
    }
    #expect(throws: Problem.self) { try text.times("w", rows: [0]) }
  }

  // MARK: Hints

  private func hints(_ header: String, _ rows: [String], target: String = "y") throws -> [String] {
    let table = try table(header + "\n" + rows.joined(separator: "\n") + "\n")
    return table.splitHints(targets: [target], rows: RowNumbers(0..<table.count))
  }

  private func noise(_ seed: UInt64) -> [Double] {
    var generator = RandomGenerator(seed: seed)
    return (0..<120).map { _ in generator.normal() }
  }

  @Test func blocksOfEqualCellsAskForGroups() throws {
    let (x, y) = (noise(1), noise(2))
    for name in ["P", ""] {
      let found = try hints("id,x,y", (0..<120).map { "\(name)\(100 + $0 / 6),\(x[$0]),\(y[$0])" })
      #expect(found.count == 1 && found[0].contains("set `group` to `id`"), "\(found)")
    }
    // Neither a shuffled column nor one of few categories is one.
    #expect(try hints("id,x,y", (0..<120).map { "P\($0 * 7 % 20),\(x[$0]),\(y[$0])" }).isEmpty)
    #expect(try hints("id,x,y", (0..<120).map { "P\($0 / 60),\(x[$0]),\(y[$0])" }).isEmpty)
  }

  @Test func ascendingTimesWithLikeNeighboursAskForTime() throws {
    var walk = noise(3)
    for place in walk.indices.dropFirst() { walk[place] += walk[place - 1] }
    let days = (0..<120).map {
      "2021-\(String(100 + $0 / 28 + 1).dropFirst())-\(String(101 + $0 % 28).dropFirst())"
    }
    let found = try hints("when,y", (0..<120).map { "\(days[$0]),\(walk[$0])" })
    #expect(found.count == 1 && found[0].contains("`split_by_time` to `when`"), "\(found)")
    let hours = try hints("hour,y", (0..<120).map { "\($0),\(walk[$0])" })
    #expect(hours.count == 1 && hours[0].contains("`split_by_time` to `hour`"), "\(hours)")
    // A file that is sorted by its answers has no past and future.
    let classes = (0..<120).map { "\($0),\($0 / 40 == 0 ? "a" : $0 / 40 == 1 ? "b" : "c")" }
    #expect(try hints("id,y", classes).isEmpty)
    #expect(try hints("id,y", walk.sorted().enumerated().map { "\($0),\($1)" }).isEmpty)
    let still = noise(4)
    #expect(try hints("when,y", (0..<120).map { "\(days[$0]),\(still[$0])" }).isEmpty)
  }

  @Test(arguments: [false, true]) func overlappingWindowsAreSeen(newestFirst: Bool) throws {
    let series = noise(5)
    let rows = (0..<100).map { start in
      let window = series[start..<start + 6].map { "\($0)" }
      return (newestFirst ? window.reversed() : window).joined(separator: ",")
        + ",\(series[start + 6])"
    }
    let found = try hints("a,b,c,d,e,f,y", rows)
    #expect(found.count == 1 && found[0].contains("overlap"), "\(found)")
    #expect(found.first?.contains("`\(DataTable.fileOrder)`") == true)
    let plain = (0..<100).map { row in
      (0..<7).map { "\(series[(row * 7 + $0 * 13) % 120])" }.joined(separator: ",")
    }
    #expect(try hints("a,b,c,d,e,f,y", plain).isEmpty)
  }
}
