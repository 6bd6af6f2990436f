import Datasets
import Engine

/// Mean and deviation of each column, and the way to mean 0 and deviation 1.
struct ColumnScaling {
  private let columns: [Spread]

  init(_ samples: Examples) {
    let rows = (0..<samples.count).map { samples[$0] }
    columns = (0..<samples.shape.count).map { column in
      Spread(rows.map { $0[column] }.filter(\.isFinite))
    }
  }

  func applied(to samples: Examples) throws -> Examples {
    var values: [Float] = []
    for row in 0..<samples.count {
      for (value, column) in zip(samples[row], columns) {
        let centred = Double(value) - column.mean
        values.append(column.deviation > 0 ? Float(centred / column.deviation) : 0)
      }
    }
    return try Examples(shape: samples.shape, floats: values)
  }
}
