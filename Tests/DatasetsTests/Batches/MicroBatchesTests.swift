import Datasets
import Testing

@Suite struct MicroBatchesTests {
  /// Every row is in one micro-batch, in order; none has one row where small batches join.
  @Test func theyAreThePartsOfTheOrder() {
    for rows in 0...40 {
      for size in 1...12 {
        for shards in 1...5 where shards <= size {
          for joins in [false, true] { check(rows, size, shards, joins) }
        }
      }
    }
  }

  private func check(_ rows: Int, _ size: Int, _ shards: Int, _ joins: Bool) {
    let batches = MicroBatches(rows: rows, size: size, shards: shards, joinsLastRows: joins)
    let parts = (0..<batches.count).map { batches[$0] }
    #expect(parts.flatMap { Array($0) } == Array(0..<rows))
    #expect(parts.map(\.count).max() ?? 0 == batches.largest)
    let whole = stride(from: 0, to: parts.count, by: shards).map { parts[$0..<$0 + shards] }
    #expect(whole.dropLast().allSatisfy { $0.reduce(0) { $0 + $1.count } == size })
    for batch in whole {
      let counts = batch.map(\.count)
      #expect(counts.max()! - counts.min()! <= 1)
      if joins, size >= 2 * shards, rows >= 2 * shards {
        #expect(counts.allSatisfy { $0 >= 2 }, "\(rows) by \(size) in \(shards)")
      }
    }
  }
}
