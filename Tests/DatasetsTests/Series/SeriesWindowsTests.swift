import Engine
import Testing

@testable import Datasets

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct SeriesWindowsTests {
  private func table(_ text: String) throws -> DataTable {
    try DataTable(csv: Array(text.utf8), name: "s.csv")
  }

  private func numbers(_ table: DataTable, _ name: String) throws -> [Double] {
    guard case .numbers(let numbers) = try table.column(name).cells else { return [] }
    return Array(numbers)
  }

  private func windows(_ column: String, history: Int, _ horizon: ClosedRange<Int>) -> SeriesWindows
  {
    var series = SeriesWindows(column: column)
    (series.history, series.first, series.last) = (history, horizon.lowerBound, horizon.upperBound)
    return series
  }

  @Test func aWindowIsTheLastStepsAndTheNext() throws {
    let plain = try table("hour,temp,wind\n0,10,1\n1,11,2\n2,12,3\n3,13,4\n4,14,5\n5,15,6\n")
    let table = try windows("temp", history: 2, 1...2).windows(of: plain, .whole)
    #expect(table.count == 3)
    #expect(try numbers(table, "temp_lag_2") == [10, 11, 12])
    #expect(try numbers(table, "temp_lag_1") == [11, 12, 13])
    #expect(try numbers(table, "wind_lag_1") == [2, 3, 4])
    #expect(try numbers(table, "temp_ahead_1") == [12, 13, 14])
    #expect(try numbers(table, "temp_ahead_2") == [13, 14, 15])
    #expect(table.windows?.series.time == "hour" && table.windows?.series.others == ["wind"])
    #expect(table.line(ofRow: 0) == 3, "where the last known step stands")
    let latest = try windows("temp", history: 2, 1...2).windows(of: plain, .latest)
    #expect(try numbers(latest, "temp_lag_1") == [15] && latest.count == 1)
    #expect(throws: Problem.self) { try latest.column("temp_ahead_1") }
  }

  /// Random lengths: no window has steps of two series, and windows of a part share no moment with those
  /// of another.
  @Test(arguments: 0..<40) func noStepIsInTwoParts(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let (history, first) = (1 + generator.below(12), 1 + generator.below(3))
    let last = first + generator.below(5)
    let stores = 1 + generator.below(4)
    // The value says the series and the place.
    var lines: [String] = []
    for store in 0..<stores {
      let start = generator.below(20)
      for step in 0..<4 * (history + last) + generator.below(80) {
        lines.append("s\(store),\(start + step),\(1000 * store + step)")
      }
    }
    let order = generator.permutation(lines.count)
    let plain = try table(
      "store,hour,sales\n" + order.map { lines[$0] }.joined(separator: "\n") + "\n")
    var series = windows("sales", history: history, first...last)
    (series.group, series.time) = ("store", "hour")
    let table = try series.windows(of: plain, .whole)
    let made = try #require(table.windows)
    let columns = try (made.series.channels[0] + made.series.targets).map { try numbers(table, $0) }
    for row in 0..<table.count {
      let values = columns.map { $0[row] }
      #expect(Set(values.map { Int($0) / 1000 }).count == 1)
      for (place, value) in values.enumerated() {
        let ahead = place < history ? place : history - 1 + first + place - history
        #expect(value == values[0] + Double(ahead))
      }
    }
    let split = try Split(spans: made.spans)
    let moments = Split.Part.allCases.map { part in
      Set(
        split[part].flatMap { row in
          (0..<history + last).map { made.spans[row].lowerBound + Double($0) }
        })
    }
    #expect(moments.allSatisfy { !$0.isEmpty })
    for (one, others) in zip(moments, moments.indices.map { moments[($0 + 1)...] }) {
      for other in others { #expect(one.isDisjoint(with: other)) }
    }
    for (past, future) in zip(moments, moments.dropFirst()) { #expect(past.max()! < future.min()!) }
  }

  /// What reads a later file makes the same windows of it, or the one at its end.
  @Test func laterFilesAreReadAsSeries() throws {
    var series = windows("temp", history: 3, 1...1)
    series.group = "place"
    let rows = (0..<40).map { "\($0 % 2 == 0 ? "a" : "b"),\($0 / 2),\($0 * $0 % 17),\($0)" }
    let text = "place,hour,temp,wind\n" + rows.joined(separator: "\n") + "\n"
    let table = try series.windows(of: self.table(text), .whole)
    var options = PreprocessingOptions()
    options.roles.group = "place"
    options.task = .regression
    let fitted = try Preprocessing(fitting: table, targets: series.targets, options: options)
    let preprocessing = try JSONDecoder().decode(
      Preprocessing.self, from: JSONEncoder().encode(fitted))
    #expect(preprocessing == fitted)
    let whole = try DataTable(
      csv: Array(text.utf8), name: "s.csv", options: preprocessing.tableOptions(needsTarget: true))
    let (one, other) = (try fitted.dataset(table), try preprocessing.dataset(whole))
    #expect(one.count == other.count && one.count == 2 * (20 - 3))
    #expect((0..<one.count).allSatisfy { one.inputs[$0] == other.inputs[$0] })
    #expect(one.groups == other.groups)
    let latest = try DataTable(
      csv: Array(text.utf8), name: "s.csv", options: preprocessing.tableOptions(needsTarget: false))
    #expect(latest.count == 2)
    #expect(try numbers(latest, "temp_lag_1") == [Double(38 * 38 % 17), Double(39 * 39 % 17)])
    #expect(try preprocessing.encode(latest).count == 2)
  }

  @Test func whatIsOddIsSaid() throws {
    let steps = (0..<30).map { "\($0 < 20 ? $0 : $0 + 3),\($0)" }
    let gap = try windows("y", history: 2, 1...1).windows(
      of: table("hour,y\n" + steps.joined(separator: "\n") + "\n"), .whole)
    #expect(gap.windows?.series.time == nil, "a clock that jumps is not taken for one")
    var timed = windows("y", history: 2, 1...1)
    timed.time = "hour"
    let said = try timed.windows(
      of: table("hour,y\n" + steps.joined(separator: "\n") + "\n"), .whole)
    #expect(
      said.notes.contains { $0.contains("1 of 29 steps of `hour` are not 1") }, "\(said.notes)")
    let backwards = try timed.windows(
      of: table("hour,y\n" + steps.reversed().joined(separator: "\n") + "\n"), .whole)
    #expect(backwards.notes.contains { $0.contains("sorted by `hour`") })
    #expect(try numbers(backwards, "y_lag_1") == numbers(said, "y_lag_1"))
    #expect(throws: Problem.self) {
      try windows("y", history: 40, 1...1).windows(
        of: table("hour,y\n" + steps.joined(separator: "\n") + "\n"), .whole)
    }
    let months = (0..<24).map { "20\(20 + $0 / 12)-\(String(101 + $0 % 12).dropFirst())-01,\($0)" }
    var monthly = windows("y", history: 2, 1...1)
    monthly.time = "when"
    let regular = try monthly.windows(
      of: table("when,y\n" + months.joined(separator: "\n") + "\n"), .whole)
    #expect(!regular.notes.contains { $0.contains("steps of") }, "\(regular.notes)")
  }

  /// A wave of 12 steps has that season, and its forecast is right.
  @Test func theSeasonIsFound() throws {
    let wave = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    let text = "y\n" + (0..<240).map { "\(wave[$0 % 12])" }.joined(separator: "\n") + "\n"
    let series = windows("y", history: 30, 1...14)
    let table = try series.windows(of: self.table(text), .whole)
    var options = PreprocessingOptions()
    options.task = .regression
    let fitted = try Preprocessing(fitting: table, targets: series.targets, options: options)
    #expect(fitted.series?.season == 12 || fitted.series?.season == 24)
    let data = try fitted.dataset(table)
    let naive = fitted.naiveForecasts(of: data)
    #expect(naive.count == 2 && naive[0].name == "the last value")
    for row in 0..<data.count {
      for step in 0..<14 {
        let truth = Double(wave[(row + 30 + step) % 12])
        #expect((Double(naive[1].values[row * 14 + step]) - truth).magnitude < 1e-4)
        #expect(
          (Double(naive[0].values[row * 14 + step]) - Double(wave[(row + 29) % 12])).magnitude
            < 1e-4)
      }
    }
  }
}
