import CKernels

extension Ops {
  /// The gradient of a convolution with respect to its images; also called transposed convolution.
  ///
  /// ∂x[n, r, s, c] = Σ g[n, p, q, f] · k[i, j, c, f] over the windows (p, q) that have (r, s) as their
  /// cell (i, j), and the features f of c's group. Inputs are g, shaped as the convolution's output, and
  /// its kernel k. Linear in both.
  package struct ConvolutionInputGradient: CompiledOp {
    package static let name = "convolution input gradient"

    package var window: Window
    package var groups: Int
    /// The extents of the images, which the output alone does not tell.
    package var height, width: Int

    /// Settings of the convolution, and the extents of its images.
    package init(_ window: Window, groups: Int = 1, height: Int, width: Int) {
      (self.window, self.groups) = (window, groups)
      (self.height, self.width) = (height, width)
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 4, inputs[1].rank == 4, groups > 0 else {
        throw Problem.shape(
          Self.name, expected: "the gradient of a convolution and its kernel",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      let (channels, overflow) = inputs[1][2].multipliedReportingOverflow(by: groups)
      let images = try TensorShape(checking: [
        inputs[0][0], height, width, overflow ? -1 : channels,
      ])
      let output = try Convolution(window, groups: groups).shape([images, inputs[1]])
      guard output == inputs[0] else {
        throw Problem.shape(Self.name, expected: "a gradient \(output)", found: "\(inputs[0])")
      }
      return images
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (g, k) = (inputs[0], inputs[1])
      let channels = k.shape[2]
      let features = k.shape[3] / groups
      let at = TensorShape([g.shape[0], height, width, channels * groups]).position(
        ofFlatIndex: cell)
      let (group, channel) = at[3].quotientAndRemainder(dividingBy: channels)
      var sum: N = 0
      for (i, row) in window.rows.windows(on: at[1], of: g.shape[1]) {
        for (j, column) in window.columns.windows(on: at[2], of: g.shape[2]) {
          let cell = g.shape.flatIndex(ofPosition: [at[0], row, column, 0])
          let weight = k.shape.flatIndex(ofPosition: [i, j, channel, 0])
          for f in group * features..<(group + 1) * features {
            sum = sum + g[flat: cell + f] * k[flat: weight + f]
          }
        }
      }
      return sum
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let (g, k, u) = (backward.inputs[0], backward.inputs[1], backward.gradient)
      return try [
        .node(Convolution(window, groups: groups)(u, k)),
        .node(ConvolutionKernelGradient(window, groups: groups)(u, g)),
      ]
    }

    /// The kernel, turned so that the numbers of a window lie side by side.
    func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int { inputs[1].count }

    func steps(_ call: StepCall) -> [any Step] {
      let geometry = window.geometry(call.outputShape, call.inputShapes[0], groups: groups)
      let (kernel, table, dx) = (call.inputShapes[1], call.kernels.table, call.output)
      let isDepthwise = withUnsafePointer(to: geometry, gb_is_depthwise)
      let (dy, turned) = (call.inputs[0], isDepthwise ? call.inputs[1] : call.workspace)
      let (features, numbers) = (kernel[3] / groups, window.size * kernel[2])
      let turn = CopyStep(
        extents: [groups, features, numbers], source: call.inputs[1],
        sourceStrides: [features, 1, kernel[3]], destination: call.workspace,
        destinationStrides: [features * numbers, numbers, 1], kernels: call.kernels)
      let main = WindowStep(
        geometry, over: .images, work: geometry.multiplications,
        scratchCount: Int(withUnsafePointer(to: geometry, table.window_scratch))
      ) { window, range, scratch in
        table.convolution_input_gradient(
          window, dy, turned, dx, range.lowerBound, range.upperBound, scratch)
      }
      return isDepthwise ? [main] : [turn, main]
    }

    package static let examples = ConvolutionExample.all.map { example in
      OpExample(
        ConvolutionInputGradient(
          example.window, groups: example.groups, height: example.images[1],
          width: example.images[2]),
        .numbers(example.output, in: -2...2), .numbers(example.kernel, in: -2...2))
    }
  }
}
