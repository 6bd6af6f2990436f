extension Ops {
  /// Tensors one after another along an axis. The gradient is cut into the same parts.
  package struct Concatenate: CompiledOp {
    package static let name = "concatenate"

    /// The axis along which they follow each other.
    package var axis: Int

    /// An axis of the inputs.
    package init(axis: Int) { self.axis = axis }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard
        let first = inputs.first, (0..<first.rank).contains(axis),
        inputs.allSatisfy({ other in
          other.rank == first.rank
            && (0..<first.rank).allSatisfy { $0 == axis || other[$0] == first[$0] }
        })
      else {
        throw Problem.shape(
          Self.name, expected: "inputs that differ along axis \(axis) only",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      var extents = first.extents
      extents[axis] = try TensorShape.total(inputs.map { $0[axis] }, at: Self.name)
      return try TensorShape(checking: extents)
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      var extents = inputs[0].shape.extents
      extents[axis] = inputs.reduce(0) { $0 + $1.shape[axis] }
      var position = TensorShape(extents).position(ofFlatIndex: cell)
      for input in inputs {
        if position[axis] < input.shape[axis] { return input[position] }
        position[axis] -= input.shape[axis]
      }
      preconditionFailure("a cell outside the result")
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      var start = 0
      return try backward.inputs.map { input in
        var starts = [Int](repeating: 0, count: input.shape.rank)
        starts[axis] = start
        start += input.shape[axis]
        return .node(try Slice(from: starts, shape: input.shape)(backward.gradient))
      }
    }

    func steps(_ call: StepCall) -> [any Step] {
      let strides = call.outputShape.strides
      var offset = 0
      return zip(call.inputs, call.inputShapes).map { input, shape in
        defer { offset += shape[axis] * strides[axis] }
        return CopyStep(
          extents: shape.extents, source: input, sourceStrides: shape.strides,
          destination: call.output + offset, destinationStrides: strides, kernels: call.kernels)
      }
    }

    package static let examples = [
      OpExample(
        Concatenate(axis: 1), .numbers([3, 2], in: -2...2), .numbers([3, 4], in: -2...2)),
      OpExample(
        Concatenate(axis: 0), .numbers([1, 3], in: -2...2), .numbers([2, 3], in: -2...2)),
    ]
  }
}
