extension Ops {
  /// The axes in another order.
  ///
  /// Axis i of the result is axis `order[i]` of the input; the gradient goes back by the inverse order.
  package struct Transpose: CompiledOp {
    package static let name = "transpose"

    /// For each axis of the result, the axis of the input it was.
    package var order: [Int]

    /// A permutation of the input's axes.
    package init(order: [Int]) { self.order = order }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1, order.sorted() == Array(0..<inputs[0].rank) else {
        throw Problem.shape(
          Self.name, expected: "an input of \(order.count) axes",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return TensorShape(order.map { inputs[0][$0] })
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let extents = order.map { inputs[0].shape[$0] }
      let position = TensorShape(extents).position(ofFlatIndex: cell)
      var source = position
      for (axis, origin) in order.enumerated() { source[origin] = position[axis] }
      return inputs[0][source]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      var inverse = order
      for (axis, origin) in order.enumerated() { inverse[origin] = axis }
      return try [.node(Transpose(order: inverse)(backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let strides = call.inputShapes[0].strides
      return [
        CopyStep(
          extents: call.outputShape.extents, source: call.inputs[0],
          sourceStrides: order.map { strides[$0] }, destination: call.output,
          destinationStrides: call.outputShape.strides, kernels: call.kernels)
      ]
    }

    package static let examples = [
      OpExample(Transpose(order: [1, 0]), .numbers([3, 4], in: -2...2)),
      OpExample(Transpose(order: [2, 0, 1]), .numbers([2, 3, 4], in: -2...2)),
    ]
  }
}
