/// How the rows of an epoch, one after another in its order, are cut: into batches of the same size, but
/// for the last, and each batch into shards, whose sizes differ by one row at most. A shard of a batch is
/// a micro-batch: what one program runs over.
package struct MicroBatches: Sendable, Equatable {
  /// All of them together.
  package let rows: Int
  private let size: Int
  private let shards: Int
  private let batches: Int
  /// How many rows of a last batch too small for statistics joined the batch before it; 0 for none.
  package let joinedRows: Int

  /// - Parameters:
  ///   - size: rows of a batch, at least 1; the last may have fewer.
  ///   - shards: of each batch, at least 1. Some are empty where a batch has fewer rows.
  ///   - joinsLastRows: does a last batch whose shards would not have two rows each join the batch before it?
  package init(rows: Int, size: Int, shards: Int = 1, joinsLastRows: Bool = false) {
    self.rows = rows
    self.size = max(1, size)
    self.shards = max(1, shards)
    let (full, rest) = rows.quotientAndRemainder(dividingBy: self.size)
    joinedRows = joinsLastRows && rest < 2 * self.shards && full > 0 ? rest : 0
    batches = full + (rest == joinedRows ? 0 : 1)
  }

  /// How many micro-batches there are.
  package var count: Int { batches * shards }

  /// The places, in the order of the epoch, of the rows of a micro-batch, counted from 0.
  package subscript(number: Int) -> Range<Int> {
    let (batch, shard) = number.quotientAndRemainder(dividingBy: shards)
    let whole = places(ofBatch: batch)
    return whole.lowerBound + whole.count * shard / shards..<whole.lowerBound + whole.count
      * (shard + 1) / shards
  }

  /// The places of neighbouring micro-batches, of which there is at least one.
  package subscript(numbers: Range<Int>) -> Range<Int> {
    self[numbers.lowerBound].lowerBound..<self[numbers.upperBound - 1].upperBound
  }

  private func places(ofBatch batch: Int) -> Range<Int> {
    batch * size..<(batch >= batches - 1 ? rows : (batch + 1) * size)
  }

  /// The number of the first that has rows; with more shards than rows of a batch some have none.
  package var firstWithRows: Int { (0..<count).first { !self[$0].isEmpty } ?? 0 }

  /// How many rows the largest has.
  package var largest: Int {
    guard batches > 0 else { return 0 }
    let rows = max(places(ofBatch: 0).count, places(ofBatch: batches - 1).count)
    return (rows - 1) / shards + 1
  }
}
