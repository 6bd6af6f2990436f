import Testing

@testable import Engine

@Suite struct RandomGeneratorTests {
  /// Known answers published with Random123 (kat_vectors, philox 4x32 10).
  @Test func knownAnswers() {
    #expect(
      RandomGenerator.block(seed: 0, stream: 0, index: 0)
        == (0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      RandomGenerator.block(seed: .max, stream: .max, index: .max)
        == (0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
  }

  @Test func uniformAndNormalHaveTheirMoments() {
    var generator = RandomGenerator(seed: 7)
    let count = 200_000
    let uniform = (0..<count).map { _ in generator.uniform() }
    let normal = (0..<count).map { _ in generator.normal() }
    let mean = { (x: [Double]) in x.reduce(0, +) / Double(x.count) }
    #expect(abs(mean(uniform) - 0.5) < 0.004)
    #expect(abs(mean(normal)) < 0.012)
    #expect(abs(mean(normal.map { $0 * $0 }) - 1) < 0.02)
  }

  @Test func permutationHoldsEveryIndexOnce() {
    var generator = RandomGenerator(seed: 3)
    let order = generator.permutation(1000)
    #expect(order.sorted() == Array(0..<1000))
    #expect(order != Array(0..<1000))
  }

  @Test func continuesFromACopy() {
    var generator = RandomGenerator(seed: 5, stream: 9)
    _ = generator.next()
    var copy = generator
    #expect((0..<9).map { _ in generator.next() } == (0..<9).map { _ in copy.next() })
  }

  /// The numbers are as they were when results were made with them, and no two uses share one.
  @Test func everyUseHasStreamsOfItsOwn() {
    let large = [0, 1, 2, 0xfff_ffff]
    let uses: [RandomStream] =
      [.split, .weights, .heldOutRows] + large.map { .proof(tensor: $0) }
      + large.map { .epochOrder($0) } + large.map { .importanceTree($0) }
      + large.flatMap { a in large.map { .augmentation(epoch: a, example: $0) } }
      + large.flatMap { a in large.map { .mask(number: a, step: UInt64($0)) } }
    #expect(Set(uses.map(\.number)).count == uses.count)
    #expect(RandomStream.weights.number == 1)
    #expect(RandomStream.epochOrder(3).number == 0x4000_0000_0000_0003)
    #expect(RandomStream.augmentation(epoch: 2, example: 5).number == 0x2000_0002_0000_0005)
    #expect(RandomStream.mask(number: 2, step: 5).number == 0x8000_0002_0000_0005)
  }
}
