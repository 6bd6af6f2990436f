extension Ops {
  /// Keeps of each square matrix what lies on and below its diagonal, so that no step of a sequence sees
  /// a later one; what lies above becomes a number that softmax makes 0.
  ///
  /// y[…, i, j] = x[…, i, j] if j ≤ i else −10⁹. The gradient goes to the kept numbers.
  package struct Causal: CompiledOp {
    package static let name = "causal"
    /// Instead of a score that must not count. Not infinite, so that a row of nothing else is still a
    /// row of numbers.
    package static let excluded = -1e9

    /// What stands above the diagonal.
    let filler: Double

    /// The op has no settings; its input is of shape […, steps, steps].
    package init() { filler = Self.excluded }

    private init(filler: Double) { self.filler = filler }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1, inputs[0].rank >= 2,
        inputs[0][inputs[0].rank - 1] == inputs[0][inputs[0].rank - 2]
      else {
        throw Problem.shape(
          Self.name, expected: "one input of shape […, steps, steps]",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return inputs[0]
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let steps = inputs[0].shape[inputs[0].shape.rank - 1]
      return cell % steps <= cell / steps % steps ? inputs[0][flat: cell] : N(filler)
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(Causal(filler: 0)(backward.gradient))]
    }

    var canOverwrite: Bool { true }

    func steps(_ call: StepCall) -> [any Step] { [CausalStep(call, filler: Float(filler))] }

    // With 0, which the checks can multiply by weights without losing digits.
    package static let examples = [
      OpExample(Causal(filler: 0), .numbers([2, 4, 4], in: -2...2)),
      OpExample(Causal(filler: -3), .numbers([3, 3], in: -2...2)),
    ]
  }
}

private final class CausalStep: Step {
  private let x, y: UnsafeMutablePointer<Float>
  private let filler: Float
  private let steps, rows, perChunk: Int
  let chunks: Int

  init(_ call: StepCall, filler: Float) {
    (x, y, self.filler) = (call.inputs[0], call.output, filler)
    steps = call.outputShape[call.outputShape.rank - 1]
    rows = call.outputShape.count / max(1, steps)
    perChunk = max(1, 16_384 / max(1, steps))
    chunks = (rows + perChunk - 1) / perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    for row in chunk * perChunk..<min(rows, (chunk + 1) * perChunk) {
      let kept = row % steps + 1
      (y + row * steps).update(from: x + row * steps, count: kept)
      (y + row * steps + kept).update(repeating: filler, count: steps - kept)
    }
  }
}
