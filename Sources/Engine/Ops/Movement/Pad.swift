extension Ops {
  /// Zeros around a tensor. The gradient is the middle again.
  package struct Pad: CompiledOp {
    package static let name = "pad"

    /// Zeros before the first index of each axis.
    package var before: [Int]
    /// Zeros after the last index of each axis.
    package var after: [Int]

    /// One number for each axis.
    package init(before: [Int], after: [Int]) {
      self.before = before
      self.after = after
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard
        inputs.count == 1, before.count == inputs[0].rank, after.count == inputs[0].rank,
        (before + after).allSatisfy({ $0 >= 0 })
      else {
        throw Problem.shape(
          Self.name, expected: "an input of \(before.count) axes and padding of at least 0",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(
        checking: before.indices.map {
          try TensorShape.total([before[$0], inputs[0][$0], after[$0]], at: Self.name)
        })
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let inner = inputs[0].shape
      let whole = TensorShape(before.indices.map { before[$0] + inner[$0] + after[$0] })
      let position = zip(whole.position(ofFlatIndex: cell), before).map { $0 - $1 }
      let inside = position.indices.allSatisfy { (0..<inner[$0]).contains(position[$0]) }
      return inside ? inputs[0][position] : 0
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(Slice(from: before, shape: backward.inputs[0].shape)(backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let strides = call.outputShape.strides
      let offset = zip(before, strides).reduce(0) { $0 + $1.0 * $1.1 }
      return [
        FillStep(0, destination: call.output, count: call.outputShape.count),
        CopyStep(
          extents: call.inputShapes[0].extents, source: call.inputs[0],
          sourceStrides: call.inputShapes[0].strides, destination: call.output + offset,
          destinationStrides: strides, kernels: call.kernels),
      ]
    }

    package static let examples = [
      OpExample(Pad(before: [1, 0], after: [0, 2]), .numbers([3, 4], in: -2...2))
    ]
  }
}
