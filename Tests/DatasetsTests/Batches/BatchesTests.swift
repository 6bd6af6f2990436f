import Datasets
import Testing

@Suite struct BatchesTests {
  /// Every row is in one batch, in order; no batch has one row where the last one joins.
  @Test func batchesAreThePartsOfTheOrder() {
    for rows in 0...40 {
      for size in 1...12 {
        for joins in [false, true] {
          let batches = Batches(rows: rows, size: size, joinsLastRow: joins)
          let parts = (0..<batches.count).map { batches[$0] }
          #expect(parts.flatMap { Array($0) } == Array(0..<rows))
          #expect(parts.dropLast().allSatisfy { $0.count == size })
          #expect(parts.map(\.count).max() ?? 0 == batches.largest)
          for (number, part) in parts.enumerated() {
            #expect(part.allSatisfy { batches.number(at: $0) == number })
          }
          if joins, size > 1, rows > 1 {
            #expect(parts.allSatisfy { (2...size + 1).contains($0.count) }, "\(rows) by \(size)")
          } else {
            #expect(parts.allSatisfy { (1...size).contains($0.count) || joins })
          }
        }
      }
    }
  }
}
