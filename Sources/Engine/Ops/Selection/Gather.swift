extension Ops {
  /// Takes whole rows of a table, in the order of the given indices.
  ///
  /// y[…, d] = table[index[…], d]. The gradient of the table is the sum over the places where a row was
  /// taken; see ``ScatterAdd``.
  package struct Gather: CompiledOp {
    package static let name = "gather"

    /// The op has no settings; its inputs are the table of shape [rows, width] and indices of any shape.
    package init() {}

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 2 else {
        throw Problem.shape(
          Self.name, expected: "a table of shape [rows, width] and indices of its rows",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(checking: inputs[1].extents + [inputs[0][1]])
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (table, width) = (inputs[0], inputs[0].shape[1])
      let row = Int(exactly: inputs[1][flat: cell / width].real) ?? -1
      guard row >= 0, row < table.shape[0] else { return N(.nan) }
      return table[flat: row * width + cell % width]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let rows = backward.inputs[0].shape[0]
      return try [.node(ScatterAdd(rows: rows)(backward.gradient, backward.inputs[1])), .zero]
    }

    func steps(_ call: StepCall) -> [any Step] { [GatherStep(call)] }

    package static let examples = [
      OpExample(Gather(), .numbers([5, 3], in: -2...2), .indices([2, 4], below: 5)),
      OpExample(Gather(), .numbers([2, 7], in: -2...2), .indices([3], below: 2)),
    ]
  }
}

/// An index outside the table gives not-a-number, which the trainer reports with its place.
private final class GatherStep: Step {
  private let table, indices, y: UnsafeMutablePointer<Float>
  private let rows, width, count, perChunk: Int
  let chunks: Int

  init(_ call: StepCall) {
    (table, indices, y) = (call.inputs[0], call.inputs[1], call.output)
    (rows, width) = (call.inputShapes[0][0], call.inputShapes[0][1])
    count = call.inputShapes[1].count
    perChunk = max(1, 16_384 / max(1, width))
    chunks = (count + perChunk - 1) / perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    for place in chunk * perChunk..<min(count, (chunk + 1) * perChunk) {
      let row = Int(exactly: indices[place]) ?? -1
      if row >= 0, row < rows {
        (y + place * width).update(from: table + row * width, count: width)
      } else {
        (y + place * width).update(repeating: .nan, count: width)
      }
    }
  }
}
