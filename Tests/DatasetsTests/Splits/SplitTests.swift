import Engine
import Testing

@testable import Datasets

@Suite struct SplitTests {
  @Test func largestRemainder() {
    #expect(Apportionment.sizes(of: 100, [0.7, 0.15, 0.15]) == [70, 15, 15])
    #expect(Apportionment.sizes(of: 10, [0.7, 0.15, 0.15]) == [7, 2, 1])
    #expect(Apportionment.sizes(of: 11, [0.7, 0.15, 0.15]) == [8, 2, 1])
    #expect(Apportionment.sizes(of: 1797, [0.7, 0.15, 0.15]) == [1258, 270, 269])
    #expect(Apportionment.sizes(of: 5, [1, 0, 0]) == [5, 0, 0])
    #expect(Apportionment.sizes(of: 0, [0.7, 0.15, 0.15]) == [0, 0, 0])
  }

  /// Random class sizes and fractions: the parts are exact, every row is in one part, and each class
  /// is within one row of its exact share in every part.
  @Test(arguments: 0..<150) func exactAndStratified(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let classes = 1 + generator.below(30)
    var strata: [Int] = []
    for stratum in 0..<classes {
      strata += [Int](repeating: stratum, count: 1 + generator.below(seed % 2 == 0 ? 4 : 60))
    }
    strata += [0, 0, 0, 0, 0, 0, 0, 0]
    let order = generator.permutation(strata.count)
    strata = order.map { strata[$0] }
    let first = 0.4 + 0.3 * generator.uniform()
    let fractions =
      seed % 3 == 0 ? Split.usualFractions : [first, (1 - first) / 2, (1 - first) / 2]
    let split = try Split(count: strata.count, fractions: fractions, strata: strata, seed: seed)

    let parts = Split.Part.allCases.map { Array(split[$0]) }
    #expect(parts.map(\.count) == Apportionment.sizes(of: strata.count, fractions))
    #expect(parts.flatMap { $0 }.sorted() == Array(0..<strata.count))
    #expect(parts.allSatisfy { $0 == $0.sorted() })
    for stratum in 0..<classes {
      let total = Double(strata.count { $0 == stratum })
      for (part, fraction) in zip(parts, fractions) {
        let got = Double(part.count { strata[$0] == stratum })
        #expect((got - total * fraction).magnitude < 1)
      }
    }
  }

  /// A class of one row is learned from, as long as larger classes can do without a row there.
  @Test(arguments: 0..<50) func rareClassesAreLearnedFrom(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let (rare, common) = (1 + generator.below(2), 8 + generator.below(10))
    var strata = Array(0..<rare)
    for stratum in rare..<rare + common {
      strata += [Int](repeating: stratum, count: 5 + generator.below(40))
    }
    strata = generator.permutation(strata.count).map { strata[$0] }
    let split = try Split(count: strata.count, strata: strata, seed: seed)
    let learned = Set(split.train.map { strata[$0] })
    #expect((0..<rare).allSatisfy(learned.contains))
  }

  @Test func seedsDecide() throws {
    let first = try Split(count: 1000, seed: 1)
    #expect(try Split(count: 1000, seed: 1) == first)
    #expect(try Split(count: 1000, seed: 2) != first)
    #expect(first.train.count == 700 && first.validation.count == 150 && first.test.count == 150)
  }

  @Test func badRequests() {
    let text =
      "split: expected three fractions of at least 0 that sum to 1, the first above 0, found "
    let fix = ". Fix: give train, validation and test, such as 0.7, 0.15, 0.15."
    for fractions in [
      [0.5, 0.5], [0.7, 0.2, 0.2], [0, 0.5, 0.5], [1.5, -0.5, 0], [.nan, 0, 1],
    ] {
      #expect(
        message { _ = try Split(count: 9, fractions: fractions, seed: 1) }
          == text + "\(fractions)" + fix)
    }
    #expect(
      message { _ = try Split(count: 3, seed: 1) }
        == "the split: expected at least one row in test, found 3 rows in all, of which 0.15 is none. "
        + "Fix: add rows or change the fractions.")
  }

  @Test func duplicatesAcrossTheSplit() throws {
    let inputs = try Examples(
      shape: [2], floats: [1, 2, 3, 4, 1, 2, 5, 6, 3, 4, 1, 2, 0, 7, -0.0, 7, 1, 3])
    let split = Split(train: [0, 1, 2, 6], validation: [3, 5], test: [4, 7, 8])
    let duplicates = Duplicates(inputs, split)
    #expect(duplicates.count == 3)
    #expect(
      duplicates.examples == [
        .init(row: 5, part: .validation, twin: 0, twinPart: .train),
        .init(row: 4, part: .test, twin: 1, twinPart: .train),
        .init(row: 7, part: .test, twin: 6, twinPart: .train),
      ])
    #expect(
      duplicates.note()
        == "3 rows have the same inputs as a row of an earlier part, so their scores "
        + "flatter: validation row 6 = train row 1, test row 5 = train row 2, "
        + "test row 8 = train row 7"
    )
    #expect(Duplicates(inputs, Split(train: [0, 2, 5], test: [1, 3])).note() == nil)
  }
}
