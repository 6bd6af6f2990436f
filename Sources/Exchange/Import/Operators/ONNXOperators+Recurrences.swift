import Engine
import Networks

extension ONNXOperators {
  static let recurrences: [String: Operator] = [
    "LSTM": { call in try recurrence(call, .lstm) },
    "GRU": { call in try recurrence(call, .gru) },
    "RNN": { call in try recurrence(call, .simple) },
  ]

  /// [steps, batch, width] there, [batch, steps, width] here; with `layout` 1 the same there.
  private static func recurrence(
    _ call: OperatorCall, _ kind: RecurrentCell.Kind
  ) throws -> [ImportedValue] {
    let layer = try ImportedRecurrence(call, kind)
    let (steps, batch) = (layer.steps, layer.batch)
    let tracks = try (0..<layer.directions).map { direction in
      try layer.isPlain ? layer.scanned(direction) : layer.unrolled(direction)
    }
    let units = tracks[0].hidden.shape[1]
    var results = [
      try Node.joined(
        tracks.map {
          try $0.all.reshaped(to: TensorShape(checking: [steps, 1, batch, units]))
        }, axis: 1)
    ]
    for last in [tracks.map(\.hidden), tracks.compactMap(\.memory)] where !last.isEmpty {
      results.append(
        try Node.joined(
          last.map { try $0.reshaped(to: TensorShape(checking: [1, batch, units])) }, axis: 0))
    }
    if layer.isBatchFirst {
      results = try results.enumerated().map { place, node in
        try node.transposed(order: place == 0 ? [2, 0, 1, 3] : [1, 0, 2])
      }
    }
    return results.map { .computed($0) }
  }
}
