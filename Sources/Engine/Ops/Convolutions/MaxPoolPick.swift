import CKernels

extension Ops {
  /// What a second tensor holds where the windows of the first have their first largest cell.
  ///
  /// y[window] = u[the first largest cell of x in the window]. Inputs are the images x and u, of one
  /// shape. Linear in u: it is what ``MaxPoolGradient`` turns round. x only decides where.
  package struct MaxPoolPick: CompiledOp {
    package static let name = "max pool pick"

    package let window: Window

    /// The window of the pool.
    package init(_ window: Window) { self.window = window }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      let shape = try window.poolShape(over: inputs)
      guard inputs.count == 2, inputs[0] == inputs[1] else {
        throw Problem.shape(
          Self.name, expected: "two tensors of one shape",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return shape
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (x, u) = (inputs[0], inputs[1])
      let cells = window.cells(cell, of: window.pooled(x.shape), over: x.shape)
      return u[flat: window.largest(cells, x)]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.zero, .node(MaxPoolGradient(window)(backward.inputs[0], backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.inputShapes[0], call.outputShape)
      let (x, u, y, table) = (call.inputs[0], call.inputs[1], call.output, call.kernels.table)
      return [
        WindowStep(geometry, over: .outputRows, work: geometry.poolWork) { window, range, _ in
          table.max_pool_pick(window, x, u, y, range.lowerBound, range.upperBound)
        }
      ]
    }

    package static let examples = Window.poolExamples.map { window, images in
      OpExample(MaxPoolPick(window), .numbers(images, in: -2...2), .numbers(images, in: -2...2))
    }
  }
}
