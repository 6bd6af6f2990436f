/// How the rows of an epoch, one after another in its order, are cut into batches: all of the same
/// size, but for the last.
package struct Batches: Sendable, Equatable {
  /// All of them together.
  package let rows: Int
  private let size: Int
  /// How many batches there are.
  package let count: Int

  /// - Parameters:
  ///   - size: rows of a batch, at least 1; the last may have fewer.
  ///   - joinsLastRow: does a last batch of one row join the batch before it?
  package init(rows: Int, size: Int, joinsLastRow: Bool = false) {
    self.rows = rows
    self.size = max(1, size)
    let (full, rest) = rows.quotientAndRemainder(dividingBy: self.size)
    let isJoined = joinsLastRow && rest == 1 && full > 0
    count = full + (rest == 0 || isJoined ? 0 : 1)
  }

  /// The places, in the order of the epoch, of the rows of a batch, counted from 0.
  package subscript(number: Int) -> Range<Int> {
    number * size..<(number >= count - 1 ? rows : (number + 1) * size)
  }

  /// The number of the batch that a place in the order belongs to.
  package func number(at place: Int) -> Int { min(place / size, count - 1) }

  /// How many rows the largest batch has.
  package var largest: Int { count == 0 ? 0 : max(self[0].count, self[count - 1].count) }
}
