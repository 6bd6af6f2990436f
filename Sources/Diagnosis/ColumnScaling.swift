import Datasets

/// Brings each column to mean 0 and deviation 1, so that no unit of measurement counts more.
struct ColumnScaling {
  private let columns: [Spread]

  init(_ rows: [[Float]]) {
    columns = (rows.first ?? []).indices.map { column in
      Spread(rows.map { $0[column] }.filter(\.isFinite))
    }
  }

  func applied(to row: [Float]) -> [Float] {
    zip(row, columns).map { value, column in
      column.deviation > 0 ? Float((Double(value) - column.mean) / column.deviation) : 0
    }
  }
}

extension TrainingSetup {
  /// Scales inputs or targets by their training rows.
  mutating func standardise(_ part: WritableKeyPath<Dataset, Examples>) throws {
    func rows(_ data: Dataset) -> [[Float]] { (0..<data.count).map { data[keyPath: part][$0] } }
    let scaling = ColumnScaling(rows(train))
    func scaled(_ data: Dataset) throws -> Examples {
      try Examples(
        shape: data[keyPath: part].shape, floats: rows(data).flatMap(scaling.applied))
    }
    train[keyPath: part] = try scaled(train)
    heldOut[keyPath: part] = try scaled(heldOut)
  }
}
