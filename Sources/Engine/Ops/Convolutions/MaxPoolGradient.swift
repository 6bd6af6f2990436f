import CKernels

extension Ops {
  /// The gradient of a max pool: each window's gradient goes to its first largest cell.
  ///
  /// ∂x[cell] = Σ g[window] over the windows whose first largest cell it is. Inputs are the images x and
  /// g, shaped as the pool's output. Linear in g; x only decides where, so it gets no gradient.
  package struct MaxPoolGradient: CompiledOp {
    package static let name = "max pool gradient"

    package let window: Window

    /// The window of the pool.
    package init(_ window: Window) { self.window = window }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, try window.poolShape(over: inputs) == inputs[1] else {
        throw Problem.shape(
          Self.name, expected: "images and the gradient of their pool",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return inputs[0]
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (x, g) = (inputs[0], inputs[1])
      return window.windows(on: cell, of: x.shape, g.shape).reduce(0) { sum, place in
        let cells = window.cells(place, of: g.shape, over: x.shape)
        return window.largest(cells, x) == cell ? sum + g[flat: place] : sum
      }
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.zero, .node(MaxPoolPick(window)(backward.inputs[0], backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.inputShapes[0], call.inputShapes[1])
      let (x, dy, dx, table) = (call.inputs[0], call.inputs[1], call.output, call.kernels.table)
      return [
        WindowStep(geometry, over: .images, work: geometry.poolWork) { window, range, _ in
          table.max_pool_gradient(window, x, dy, dx, range.lowerBound, range.upperBound)
        }
      ]
    }

    package static let examples = Window.poolExamples.map { window, images in
      OpExample(
        MaxPoolGradient(window), .numbers(images, in: -2...2),
        .numbers(window.pooled(images), in: -2...2))
    }
  }
}
