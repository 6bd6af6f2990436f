extension Ops {
  /// Adds rows up by their indices: the opposite of ``Gather``.
  ///
  /// y[r, d] = Σ x[…, d] over the places where index[…] = r, in the order of the places;
  /// ∂L/∂x[…, d] = g[index[…], d].
  package struct ScatterAdd: CompiledOp {
    package static let name = "scatter add"

    /// How many rows the result has.
    package let rows: Int

    /// Inputs are `x` of shape […, width] and indices of shape […].
    package init(rows: Int) { self.rows = rows }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank >= 1,
        Array(inputs[0].extents.dropLast()) == inputs[1].extents
      else {
        throw Problem.shape(
          Self.name, expected: "rows and an index for each",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(checking: [rows, inputs[0][inputs[0].rank - 1]])
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (x, indices) = (inputs[0], inputs[1])
      let width = x.shape[x.shape.rank - 1]
      var sum: N = 0
      for place in 0..<indices.shape.count where indices[flat: place].real == Double(cell / width) {
        sum = sum + x[flat: place * width + cell % width]
      }
      return sum
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(Gather()(backward.gradient, backward.inputs[1])), .zero]
    }

    func steps(_ call: StepCall) -> [any Step] { [ScatterStep(call, rows: rows)] }

    package static let examples = [
      OpExample(ScatterAdd(rows: 4), .numbers([2, 3, 5], in: -2...2), .indices([2, 3], below: 4))
    ]
  }
}

/// Each chunk owns some rows of the result and looks for their places among all.
private final class ScatterStep: Step {
  private let x, indices, y: UnsafeMutablePointer<Float>
  private let rows, width, count, perChunk: Int
  let chunks: Int

  init(_ call: StepCall, rows: Int) {
    (x, indices, y) = (call.inputs[0], call.inputs[1], call.output)
    (self.rows, width) = (rows, call.outputShape[1])
    count = call.inputShapes[1].count
    perChunk = max(1, rows / 8, 8192 / max(1, width))
    chunks = (rows + perChunk - 1) / perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let (first, end) = (chunk * perChunk, min(rows, (chunk + 1) * perChunk))
    (y + first * width).update(repeating: 0, count: (end - first) * width)
    for place in 0..<count {
      let row = Int(exactly: indices[place]) ?? -1
      guard row >= first, row < end else { continue }
      let (to, from) = (y + row * width, x + place * width)
      for column in 0..<width { to[column] += from[column] }
    }
  }
}
