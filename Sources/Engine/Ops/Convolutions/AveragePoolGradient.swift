import CKernels

extension Ops {
  /// The gradient of an average pool: each window's gradient is shared out among its cells.
  ///
  /// ∂x[cell] = Σ g[window] ÷ m over the windows that have it as one of their m cells inside the image.
  /// The input is g, shaped as the pool's output.
  package struct AveragePoolGradient: CompiledOp {
    package static let name = "average pool gradient"

    package let window: Window
    /// The extents of the images, which the output alone does not tell.
    package let height, width: Int

    /// The window of the pool, and the extents of its images.
    package init(_ window: Window, height: Int, width: Int) {
      self.window = window
      (self.height, self.width) = (height, width)
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1, inputs[0].rank == 4 else {
        throw Problem.shape(
          Self.name, expected: "the gradient of a pool",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      let images = try TensorShape(checking: [inputs[0][0], height, width, inputs[0][3]])
      guard try window.poolShape(over: [images]) == inputs[0] else {
        throw Problem.shape(
          Self.name, expected: "the gradient of a pool of images \(images)", found: "\(inputs[0])")
      }
      return images
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let g = inputs[0]
      let images = TensorShape([g.shape[0], height, width, g.shape[3]])
      return window.windows(on: cell, of: images, g.shape).reduce(0) { sum, place in
        let cells = window.cells(place, of: g.shape, over: images)
        return sum + g[flat: place] / N(Double(cells.count))
      }
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(AveragePool(window)(backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.outputShape, call.inputShapes[0])
      let (dy, dx, table) = (call.inputs[0], call.output, call.kernels.table)
      return [
        WindowStep(geometry, over: .images, work: geometry.poolWork) { window, range, _ in
          table.average_pool_gradient(window, dy, dx, range.lowerBound, range.upperBound)
        }
      ]
    }

    package static let examples = Window.poolExamples.map { window, images in
      OpExample(
        AveragePoolGradient(window, height: images[1], width: images[2]),
        .numbers(window.pooled(images), in: -2...2))
    }
  }
}
