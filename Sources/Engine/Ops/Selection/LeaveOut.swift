extension Ops {
  /// Keeps of the scores of each row those whose column counts for the row's example; the others become a
  /// number that softmax makes 0.
  ///
  /// y[r, i, j] = x[r, i, j] if mask[r ÷ heads, j] > ½ else −10⁹, with as many rows r for each example as
  /// there are heads. The gradient goes to the kept numbers.
  package struct LeaveOut: CompiledOp {
    package static let name = "leave out"

    /// What stands where a column does not count.
    let filler: Double

    /// Inputs are x of shape [examples · heads, steps, columns] and the mask, [examples, columns].
    package init() { filler = Causal.excluded }

    private init(filler: Double) { self.filler = filler }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 3, inputs[1].rank == 2, inputs[1][0] > 0,
        inputs[0][0] % inputs[1][0] == 0, inputs[0][2] == inputs[1][1]
      else {
        throw Problem.shape(
          Self.name, expected: "[examples · heads, steps, columns] and a mask [examples, columns]",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return inputs[0]
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (x, mask) = (inputs[0], inputs[1])
      let columns = x.shape[2]
      let example = cell / (x.shape.count / mask.shape[0])
      return mask[flat: example * columns + cell % columns].real > 0.5 ? x[flat: cell] : N(filler)
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(LeaveOut(filler: 0)(backward.gradient, backward.inputs[1])), .zero]
    }

    var canOverwrite: Bool { true }

    func steps(_ call: StepCall) -> [any Step] { [LeaveOutStep(call, filler: Float(filler))] }

    // With 0, which the checks can multiply by weights without losing digits.
    package static let examples = [
      OpExample(
        LeaveOut(filler: 0), .numbers([4, 3, 5], in: -2...2), .indices([2, 5], below: 2)),
      OpExample(
        LeaveOut(filler: -3), .numbers([2, 1, 2], in: -2...2), .indices([2, 2], below: 2)),
    ]
  }
}

private final class LeaveOutStep: Step {
  private let x, mask, y: UnsafeMutablePointer<Float>
  private let filler: Float
  private let columns, rows, rowsOfExample, perChunk: Int
  let kind = "leave out"
  let chunks: Int

  init(_ call: StepCall, filler: Float) {
    (x, mask, y, self.filler) = (call.inputs[0], call.inputs[1], call.output, filler)
    columns = call.outputShape[2]
    rows = call.outputShape[0] * call.outputShape[1]
    rowsOfExample = max(1, rows / call.inputShapes[1][0])
    perChunk = max(1, 16_384 / max(1, columns))
    chunks = (rows + perChunk - 1) / perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    for row in chunk * perChunk..<min(rows, (chunk + 1) * perChunk) {
      let (from, to) = (x + row * columns, y + row * columns)
      let counts = mask + row / rowsOfExample * columns
      for column in 0..<columns { to[column] = counts[column] > 0.5 ? from[column] : filler }
    }
  }
}
