import CKernels

extension Ops {
  /// The sum of a window's cells, each times its weight, for every window of every image.
  ///
  /// y[n, p, q, f] = Σ x[n, row, column, c] · k[i, j, c, f] over the window's cells (i, j) and the
  /// channels c of f's group; cells outside the image count as 0. Inputs are x of shape [images, height,
  /// width, channels] and k of shape [window's height, window's width, channels ÷ groups, features].
  /// Linear in both: ∂L/∂x and ∂L/∂k are ``ConvolutionInputGradient`` and ``ConvolutionKernelGradient``.
  package struct Convolution: CompiledOp {
    package static let name = "convolution"

    package var window: Window
    /// How many parts the channels are cut into; a feature sees the channels of its part only.
    package var groups: Int

    /// Settings are checked when it is called.
    package init(_ window: Window, groups: Int = 1) {
      (self.window, self.groups) = (window, groups)
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      let kernel = inputs.count == 2 ? inputs[1] : .scalar
      guard kernel.rank == 4, kernel[0] == window.rows.size, kernel[1] == window.columns.size else {
        throw Problem.shape(
          Self.name,
          expected: "images and a kernel [\(window.rows.size), \(window.columns.size), "
            + "channels / groups, features]",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      let shape = try window.shape(over: inputs[0], features: kernel[3])
      let channels = inputs[0][3]
      guard groups > 0, channels % groups == 0, kernel[3] % groups == 0,
        kernel[2] == channels / groups
      else {
        throw Problem.shape(
          Self.name,
          expected: "groups that divide the channels and the features",
          found: "\(groups) groups, \(channels) channels, a kernel \(kernel)")
      }
      return shape
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (x, k) = (inputs[0], inputs[1])
      let output = TensorShape([
        x.shape[0], window.rows.count(over: x.shape[1]), window.columns.count(over: x.shape[2]),
        k.shape[3],
      ])
      let at = output.position(ofFlatIndex: cell)
      let channels = k.shape[2]
      let first = at[3] / (output[3] / groups) * channels
      var sum: N = 0
      for (i, row) in window.rows.cells(at[1], over: x.shape[1]) {
        for (j, column) in window.columns.cells(at[2], over: x.shape[2]) {
          let cell = x.shape.flatIndex(ofPosition: [at[0], row, column, first])
          let weight = k.shape.flatIndex(ofPosition: [i, j, 0, at[3]])
          for c in 0..<channels {
            sum = sum + x[flat: cell + c] * k[flat: weight + c * k.shape[3]]
          }
        }
      }
      return sum
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let (x, k, g) = (backward.inputs[0], backward.inputs[1], backward.gradient)
      let gradientX = ConvolutionInputGradient(
        window, groups: groups, height: x.shape[1], width: x.shape[2])
      return try [
        .node(gradientX(g, k)), .node(ConvolutionKernelGradient(window, groups: groups)(x, g)),
      ]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.inputShapes[0], call.outputShape, groups: groups)
      let (x, k, y) = (call.inputs[0], call.inputs[1], call.output)
      let table = call.kernels.table
      return [
        WindowStep(
          geometry, over: .outputRows, work: geometry.multiplications,
          scratchCount: Int(withUnsafePointer(to: geometry, table.window_scratch))
        ) { window, range, scratch in
          table.convolution(window, x, k, y, range.lowerBound, range.upperBound, scratch)
        }
      ]
    }

    package static let examples = ConvolutionExample.all.map { example in
      OpExample(
        Convolution(example.window, groups: example.groups),
        .numbers(example.images, in: -2...2), .numbers(example.kernel, in: -2...2))
    }
  }
}
