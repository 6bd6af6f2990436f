extension Ops {
  /// Puts one number into each row, at the row's class index, and 0 elsewhere: the opposite of ``Pick``.
  /// With ones it makes one-hot rows.
  ///
  /// y[r, c] = x[r] if c = class[r], else 0; ∂L/∂x[r] = g[r, class[r]].
  package struct Place: CompiledOp {
    package static let name = "place"

    /// How wide a row is.
    package var classes: Int

    /// Inputs are `x` and `class`, both of shape [rows].
    package init(classes: Int) { self.classes = classes }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 1, inputs[1] == inputs[0] else {
        throw Problem.shape(
          Self.name, expected: "one number and one class index for each row",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(checking: [inputs[0][0], classes])
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let row = cell / classes
      return inputs[1][flat: row].real == Double(cell % classes) ? inputs[0][flat: row] : 0
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(Pick()(backward.gradient, backward.inputs[1])), .zero]
    }

    func steps(_ call: StepCall) -> [any Step] { [PlaceStep(call, width: classes)] }

    package static let examples = [
      OpExample(Place(classes: 4), .numbers([5], in: -2...2), .indices([5], below: 4))
    ]
  }
}

private final class PlaceStep: Step {
  private let x, classes, y: UnsafeMutablePointer<Float>
  private let rows, width: Int
  let chunks = 1
  let kind = "place"

  init(_ call: StepCall, width: Int) {
    (x, classes, y) = (call.inputs[0], call.inputs[1], call.output)
    (rows, self.width) = (call.inputShapes[0].count, width)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    y.update(repeating: 0, count: rows * width)
    for row in 0..<rows {
      let index = Int(exactly: classes[row]) ?? -1
      if index >= 0, index < width { y[row * width + index] = x[row] }
    }
  }
}
