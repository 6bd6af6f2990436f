import Engine
import Testing

@testable import Datasets

@Suite struct FoldsTests {
  /// Random rows and classes: each row is held out once, sizes and classes are even within one row, and a
  /// fold learns from all rows it does not hold out.
  @Test(arguments: 0..<60) func rowsAreDealtEvenly(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let folds = 2 + generator.below(9)
    let count = folds + generator.below(200)
    let classes = 1 + generator.below(5)
    let strata = seed % 3 == 0 ? nil : (0..<count).map { $0 % classes }
    let made = try Folds(count: count, folds: folds, strata: strata, seed: seed)
    let alone =
      strata.map { strata in
        strata.indices.filter { row in strata.count { $0 == strata[row] } == 1 }
      } ?? []
    #expect(made.neverHeldOut == alone)
    #expect(made.all.flatMap(\.heldOut).sorted() == (0..<count).filter { !alone.contains($0) })
    for fold in made.all {
      #expect((fold.train + fold.heldOut).sorted() == Array(0..<count))
      #expect(fold.train == fold.train.sorted() && fold.heldOut == fold.heldOut.sorted())
    }
    let sizes = made.all.map(\.heldOut.count)
    #expect(
      sizes
        == Apportionment.sizes(
          of: count - alone.count, [Double](repeating: 1 / Double(folds), count: folds)))
    for stratum in Set(strata ?? []) {
      let counts = made.all.map { fold in fold.heldOut.count { strata![$0] == stratum } }
      #expect(counts.max()! - counts.min()! <= 1)
    }
    #expect(try Folds(count: count, folds: folds, strata: strata, seed: seed) == made)
  }

  @Test(arguments: 0..<40) func groupsAreHeldOutTogether(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let folds = 2 + generator.below(5)
    let count = folds + generator.below(30)
    let largest = 1 + generator.below(12)
    let groups = (0..<count).flatMap { [Int](repeating: $0, count: 1 + generator.below(largest)) }
    let strata = seed % 2 == 0 ? groups.map { _ in generator.below(3) } : nil
    let made = try Folds(groups: groups, folds: folds, strata: strata, seed: seed)
    #expect(made.neverHeldOut.isEmpty)
    #expect(made.all.flatMap(\.heldOut).sorted() == Array(groups.indices))
    for fold in made.all {
      #expect(!fold.heldOut.isEmpty && !fold.train.isEmpty)
      #expect(Set(fold.heldOut.map { groups[$0] }).isDisjoint(with: fold.train.map { groups[$0] }))
      let wanted = Double(groups.count) / Double(folds)
      #expect((Double(fold.heldOut.count) - wanted).magnitude <= Double(largest) + 1)
    }
    #expect(try Folds(groups: groups, folds: folds, strata: strata, seed: seed) == made)
  }

  /// Moments with ties, and stretches of time that overlap: what is learned from lies before what is held
  /// out, and equal moments are on one side.
  @Test(arguments: 0..<60) func thePastIsLearnedFrom(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let folds = 2 + generator.below(5)
    let count = 60 + generator.below(200)
    let length = seed % 2 == 0 ? 0 : Double(generator.below(4))
    let spans = generator.permutation(count).map { place -> ClosedRange<Double> in
      let time = Double(seed % 4 < 2 ? place : place / 3)
      return time...(time + length)
    }
    let made = try Folds(spans: spans, folds: folds)
    #expect(made.all.count == folds)
    var held = Set<Int>()
    for (number, fold) in made.all.enumerated() {
      let past = fold.train.map { spans[$0].upperBound }.max()!
      #expect(fold.heldOut.allSatisfy { spans[$0].lowerBound > past })
      #expect(held.isDisjoint(with: fold.heldOut))
      held.formUnion(fold.heldOut)
      if number + 1 < folds {
        #expect(Set(made.all[number + 1].train).isSuperset(of: fold.train + fold.heldOut))
      }
    }
    if length == 0 { #expect(made.neverHeldOut.count + held.count == count) }
    let sizes = made.all.map(\.heldOut.count)
    #expect(sizes.max()! - sizes.min()! <= 3 * Int(length + 1) * 2)
  }

  @Test func tooFewAreRefused() throws {
    #expect(throws: Problem.self) { try Folds(count: 4, folds: 5, seed: 1) }
    #expect(throws: Problem.self) { try Folds(count: 4, folds: 1, seed: 1) }
    #expect(throws: Problem.self) { try Folds(groups: [0, 0, 1, 1], folds: 3, seed: 1) }
    #expect(throws: Problem.self) { try Folds(spans: [0...0, 0...0, 1...1], folds: 2) }
    #expect(throws: Problem.self) { try Folds(spans: [], folds: 2) }
    #expect(try Folds(count: 5, folds: 5, seed: 1).all.allSatisfy { $0.heldOut.count == 1 })
  }
}
