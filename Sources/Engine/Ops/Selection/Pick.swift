extension Ops {
  /// Takes one number of each row: the one at the row's class index.
  ///
  /// y[r] = x[r, class[r]]. The gradient goes to the picked numbers; the others get 0.
  package struct Pick: CompiledOp {
    package static let name = "pick"

    /// The op has no settings; its inputs are `x` of shape [rows, classes] and `class` of shape [rows].
    package init() {}

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 2, inputs[1] == TensorShape([inputs[0][0]]) else {
        throw Problem.shape(
          Self.name, expected: "[rows, classes] and one class index for each row",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return inputs[1]
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let index = Int(inputs[1][flat: cell].real)
      return inputs[0][[cell, index]]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let classes = backward.inputs[0].shape[1]
      return try [.node(Place(classes: classes)(backward.gradient, backward.inputs[1])), .zero]
    }

    func steps(_ call: StepCall) -> [any Step] {
      [PickStep(call, width: call.inputShapes[0][1])]
    }

    package static let examples = [
      OpExample(Pick(), .numbers([5, 4], in: -2...2), .indices([5], below: 4))
    ]
  }
}

/// An index outside 0..<width gives not-a-number, which the trainer reports with its place.
private final class PickStep: Step {
  private let x, classes, y: UnsafeMutablePointer<Float>
  private let rows, width: Int
  let chunks = 1
  let kind = "pick"

  init(_ call: StepCall, width: Int) {
    (x, classes, y) = (call.inputs[0], call.inputs[1], call.output)
    (rows, self.width) = (call.outputShape.count, width)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    for row in 0..<rows {
      let index = Int(exactly: classes[row]) ?? -1
      y[row] = index >= 0 && index < width ? x[row * width + index] : .nan
    }
  }
}
