extension Ops {
  /// The gradient of a convolution with respect to its kernel.
  ///
  /// ∂k[i, j, c, f] = Σ x[n, row, column, c of f's group] · g[n, p, q, f] over the images n and windows
  /// (p, q). Inputs are the images x and g, shaped as the convolution's output. Linear in both.
  package struct ConvolutionKernelGradient: CompiledOp {
    package static let name = "convolution kernel gradient"

    package let window: Window
    package let groups: Int

    /// Settings of the convolution.
    package init(_ window: Window, groups: Int = 1) {
      (self.window, self.groups) = (window, groups)
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 4, inputs[1].rank == 4, groups > 0 else {
        throw Problem.shape(
          Self.name, expected: "images and the gradient of their convolution",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      let kernel = try TensorShape(checking: [
        window.rows.size, window.columns.size, inputs[0][3] / groups, inputs[1][3],
      ])
      let output = try Convolution(window, groups: groups).shape([inputs[0], kernel])
      guard output == inputs[1] else {
        throw Problem.shape(Self.name, expected: "a gradient \(output)", found: "\(inputs[1])")
      }
      return kernel
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (x, g) = (inputs[0], inputs[1])
      let (channels, features) = (x.shape[3] / groups, g.shape[3])
      let at = TensorShape([window.rows.size, window.columns.size, channels, features])
        .position(ofFlatIndex: cell)
      let channel = at[3] / (features / groups) * channels + at[2]
      var sum: N = 0
      for n in 0..<x.shape[0] {
        for p in 0..<g.shape[1] {
          let row = window.rows.place(p, at[0])
          guard (0..<x.shape[1]).contains(row) else { continue }
          for q in 0..<g.shape[2] {
            let column = window.columns.place(q, at[1])
            guard (0..<x.shape[2]).contains(column) else { continue }
            let cell = ((n * x.shape[1] + row) * x.shape[2] + column) * x.shape[3] + channel
            let output = ((n * g.shape[1] + p) * g.shape[2] + q) * features + at[3]
            sum = sum + x[flat: cell] * g[flat: output]
          }
        }
      }
      return sum
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let (x, g, u) = (backward.inputs[0], backward.inputs[1], backward.gradient)
      let gradientX = ConvolutionInputGradient(
        window, groups: groups, height: x.shape[1], width: x.shape[2])
      return try [.node(gradientX(g, u)), .node(Convolution(window, groups: groups)(x, u))]
    }

    /// Images are shared out into parts, by shapes alone; each part has a sum of its own. A large kernel
    /// is cut along its window anyway, so it needs fewer.
    private func parts(_ images: TensorShape, _ kernel: TensorShape) -> Int {
      max(1, min(16, images[0], (1 << 21) / max(1, kernel.count)))
    }

    func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int {
      let parts = parts(inputs[0], output)
      return parts == 1 ? 0 : parts * output.count
    }

    func steps(_ call: StepCall) -> [any Step] {
      let parts = parts(call.inputShapes[0], call.outputShape)
      let sums = KernelGradientStep(
        window.geometry(call.inputShapes[0], call.inputShapes[1], groups: groups), parts: parts,
        x: call.inputs[0], dy: call.inputs[1], sums: parts == 1 ? call.output : call.workspace,
        kernels: call.kernels)
      guard parts > 1 else { return [sums] }
      let total = ReduceStep(
        kernel: Sum.kernel, outer: 1, extent: parts, inner: call.outputShape.count,
        source: call.workspace, destination: call.output, kernels: call.kernels)
      return [sums, total]
    }

    package static let examples = ConvolutionExample.all.map { example in
      OpExample(
        ConvolutionKernelGradient(example.window, groups: example.groups),
        .numbers(example.images, in: -2...2), .numbers(example.output, in: -2...2))
    }
  }
}
