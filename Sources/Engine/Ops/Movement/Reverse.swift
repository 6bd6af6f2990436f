extension Ops {
  /// An axis from its end to its beginning. The gradient is turned round again.
  package struct Reverse: CompiledOp {
    package static let name = "reverse"

    /// The axis that is turned round.
    package var axis: Int

    /// An axis of the input.
    package init(axis: Int) { self.axis = axis }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1, (0..<inputs[0].rank).contains(axis) else {
        throw Problem.shape(
          Self.name, expected: "an input that has axis \(axis)",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return inputs[0]
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      var position = inputs[0].shape.position(ofFlatIndex: cell)
      position[axis] = inputs[0].shape[axis] - 1 - position[axis]
      return inputs[0][position]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(Reverse(axis: axis)(backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let shape = call.outputShape
      var strides = shape.strides
      let last = max(0, shape[axis] - 1) * strides[axis]
      strides[axis] = -strides[axis]
      return [
        CopyStep(
          extents: shape.extents, source: call.inputs[0] + last, sourceStrides: strides,
          destination: call.output, destinationStrides: shape.strides, kernels: call.kernels)
      ]
    }

    package static let examples = [0, 1, 2].map {
      OpExample(Reverse(axis: $0), .numbers([2, 3, 4], in: -2...2))
    }
  }
}
