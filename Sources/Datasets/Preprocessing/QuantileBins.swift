import Engine

/// Bins of inputs that hold about as many training rows each.
package enum QuantileBins {
  /// Rows enough to know a quantile by.
  private static let mostRows = 10_000

  /// For each input the edges of its bins, ascending; none for an input of at most two values, which one
  /// weight tells apart without them.
  ///
  /// - Parameters:
  ///   - inputs: of the training rows, at least one; of many, 10,000 that are spread evenly are looked at.
  ///   - bins: of each input at most; fewer where values repeat.
  ///   - most: of all inputs together; where they would be more, each input has fewer.
  package static func edges(of inputs: Examples, bins: Int, most: Int) -> [[Double]] {
    let width = inputs.shape.count
    let count = min(inputs.count, mostRows)
    var sample = [Float](repeating: 0, count: count * width)
    sample.withUnsafeMutableBufferPointer { buffer in
      for place in 0..<count {
        let row = place * inputs.count / count
        inputs.copy(row..<row + 1, into: buffer.baseAddress! + place * width)
      }
    }
    let columns = (0..<width).map { input in
      let values = (0..<count).map { sample[$0 * width + input] }.sorted()
      return isBinned(values) ? values : []
    }
    let share = min(bins, most / max(1, columns.count { !$0.isEmpty }))
    return columns.map { edges(of: $0, bins: share) }
  }

  /// Are there three values or more?
  private static func isBinned(_ sorted: [Float]) -> Bool {
    sorted.contains { $0 != sorted[0] && $0 != sorted[sorted.count - 1] }
  }

  private static func edges(of sorted: [Float], bins: Int) -> [Double] {
    guard !sorted.isEmpty, bins > 1 else { return [] }
    var edges: [Double] = []
    for bin in 0...bins {
      let edge = Double(sorted[bin * (sorted.count - 1) / bins])
      if edges.last.map({ edge > $0 }) ?? true { edges.append(edge) }
    }
    return edges.count > 2 ? edges : []
  }
}
