import CKernels

extension Ops {
  /// The mean of the cells of each window, channel by channel.
  ///
  /// y[n, p, q, c] = Σ x[n, row, column, c] ÷ m over the window's m cells inside the image; as in Keras,
  /// cells outside do not count. ∂y/∂x = 1 ÷ m at each of them.
  package struct AveragePool: CompiledOp {
    package static let name = "average pool"

    package var window: Window

    /// Settings are checked when it is called.
    package init(_ window: Window) { self.window = window }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1 else {
        throw Problem.shape(
          Self.name, expected: "images", found: inputs.map(\.description).joined(separator: " and ")
        )
      }
      return try window.poolShape(over: inputs)
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let x = inputs[0]
      let cells = window.cells(cell, of: window.pooled(x.shape), over: x.shape)
      return cells.reduce(0) { $0 + x[flat: $1] } / N(Double(cells.count))
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let images = backward.inputs[0].shape
      return try [
        .node(AveragePoolGradient(window, height: images[1], width: images[2])(backward.gradient))
      ]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.inputShapes[0], call.outputShape)
      let (x, y, table) = (call.inputs[0], call.output, call.kernels.table)
      return [
        WindowStep(geometry, over: .outputRows, work: geometry.poolWork) { window, range, _ in
          table.average_pool(window, x, y, range.lowerBound, range.upperBound)
        }
      ]
    }

    package static let examples = Window.poolExamples.map { window, images in
      OpExample(AveragePool(window), .numbers(images, in: -2...2))
    }
  }
}
