import Engine
import Testing

@testable import Datasets

@Suite struct GroupSplitTests {
  /// Random groups and classes: every row is in one part, every group in one part, no part is empty, and
  /// the sizes are within the largest group of what is asked for.
  @Test(arguments: 0..<60) func groupsStayTogether(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let count = 3 + generator.below(40)
    let largest = 1 + generator.below(30)
    var groups = (0..<count).flatMap { group in
      [Int](repeating: group, count: 1 + generator.below(largest))
    }
    let order = generator.permutation(groups.count)
    groups = order.map { groups[$0] }
    let strata = seed % 2 == 0 ? groups.map { _ in generator.below(3) } : nil
    let split = try Split(groups: groups, strata: strata, seed: seed)
    let parts = Split.Part.allCases.map { Array(split[$0]) }
    #expect(parts.flatMap { $0 }.sorted() == Array(groups.indices))
    #expect(parts.allSatisfy { !$0.isEmpty && $0 == $0.sorted() })
    let owned = parts.map { part in Set(part.map { groups[$0] }) }
    #expect(owned.reduce(0) { $0 + $1.count } == count, "no group is in two parts")
    for (part, fraction) in zip(parts, Split.usualFractions) {
      let wanted = fraction * Double(groups.count)
      #expect((Double(part.count) - wanted).magnitude <= Double(largest) + 1)
    }
    #expect(try Split(groups: groups, strata: strata, seed: seed) == split)
  }

  /// Of patients who are all ill or all well, both kinds are in every part by their shares.
  @Test func groupsOfOneClassAreShared() throws {
    let groups = (0..<600).map { $0 / 10 }
    let strata = groups.map { $0 % 3 == 0 ? 0 : 1 }
    let split = try Split(groups: groups, strata: strata, seed: 5)
    #expect([split.train.count, split.validation.count, split.test.count] == [420, 90, 90])
    for part in Split.Part.allCases {
      #expect(split[part].count { strata[$0] == 0 } * 3 == split[part].count)
    }
    #expect(try Split(groups: groups, strata: strata, seed: 6) != split)
  }

  @Test func fewerGroupsThanPartsAreRefused() throws {
    let problem = #expect(throws: Problem.self) {
      try Split(groups: [0, 0, 1, 1, 1, 0], seed: 1)
    }
    #expect(problem?.location == "group" && problem?.found == "2")
    let two = try Split(groups: [0, 0, 1, 1, 1, 0], fractions: [0.5, 0.5, 0], seed: 1)
    #expect(two.train.count == 3 && two.test.isEmpty)
  }

  /// Random times with ties: the past is learned from, and equal times stay together.
  @Test(arguments: 0..<60) func timeNeverGoesBack(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let count = 3 + generator.below(200)
    let times =
      (0..<count).map { Double($0) }
      + (0..<count).map { _ in
        Double(generator.below(count))
      }
    let split = try Split(spans: times.map { $0...$0 })
    let parts = Split.Part.allCases.map { part in split[part].map { times[$0] } }
    #expect(parts.map(\.count).reduce(0, +) == times.count, "a moment never reaches over a cut")
    for (past, future) in zip(parts, parts.dropFirst()) {
      #expect(try #require(past.max()) < #require(future.min()))
    }
    let ties = times.reduce(into: [Double: Int]()) { $0[$1, default: 0] += 1 }.values.max()!
    let wanted = Split.usualFractions[0] * Double(times.count)
    #expect((Double(parts[0].count) - wanted).magnitude <= Double(ties) + 2)
  }

  @Test func oneMomentIsNoPastAndFuture() {
    #expect(throws: Problem.self) { try Split(spans: [1...1, 1...1, 2...2]) }
  }

  /// Old manifests are read, and new ones say what kept rows together.
  @Test func manifestsSayGroupAndTime() throws {
    let split = try Split(groups: [0, 0, 1, 1, 2, 2], seed: 1)
    let manifest = SplitManifest(split, rows: 6, files: [], group: "patient", time: "when")
    let again = try SplitManifest(json: manifest.json())
    #expect(again == manifest && again.group == "patient" && again.time == "when")
    #expect(try again.split(rows: 6) == split)
    let old = try SplitManifest(json: Array(#"{"train":[[0,3]],"test":[4,5]}"#.utf8))
    #expect(old.group == nil && old.time == nil)
  }
}
