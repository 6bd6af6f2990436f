extension Ops {
  /// Repeats a tensor along new axes.
  ///
  /// Axis i of the input becomes axis `axes[i]` of the result; along every other axis of the result the
  /// values repeat. The gradient is the sum along the repeated axes.
  package struct Broadcast: CompiledOp, ShapedOp {
    package static let name = "broadcast"

    /// The shape of the result.
    package var result: TensorShape
    /// Where each axis of the input goes, ascending.
    package var axes: [Int]

    /// A scalar goes anywhere with `axes: []`.
    package init(to shape: TensorShape, axes: [Int]) {
      result = shape
      self.axes = axes
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      let ascending = zip(axes, axes.dropFirst()).allSatisfy { $0 < $1 }
      guard
        inputs.count == 1, axes.count == inputs[0].rank, ascending,
        axes.allSatisfy({ (0..<result.rank).contains($0) }),
        zip(inputs[0].extents, axes).allSatisfy({ $0 == result[$1] })
      else {
        throw Problem.shape(
          Self.name, expected: "a shape whose axes are axes \(axes) of \(result)",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return result
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let position = result.position(ofFlatIndex: cell)
      return inputs[0][axes.map { position[$0] }]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      var gradient = backward.gradient
      var axis = result.rank
      while axis > 0 {
        guard !axes.contains(axis - 1) else {
          axis -= 1
          continue
        }
        var first = axis - 1
        while first > 0, !axes.contains(first - 1) { first -= 1 }
        gradient = try Sum(axes: first..<axis)(gradient)
        axis = first
      }
      return [.node(gradient)]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let strides = call.inputShapes[0].strides
      var sourceStrides = [Int](repeating: 0, count: result.rank)
      for (axis, stride) in zip(axes, strides) { sourceStrides[axis] = stride }
      return [
        CopyStep(
          extents: result.extents, source: call.inputs[0], sourceStrides: sourceStrides,
          destination: call.output, destinationStrides: result.strides, kernels: call.kernels)
      ]
    }

    package static let examples = [
      OpExample(Broadcast(to: [4, 3], axes: [1]), .numbers([3], in: -2...2)),
      OpExample(Broadcast(to: [4, 3], axes: [0]), .numbers([4], in: -2...2)),
      OpExample(Broadcast(to: [4, 3], axes: []), .numbers([], in: -2...2)),
      OpExample(Broadcast(to: [2, 3, 4], axes: [1]), .numbers([3], in: -2...2)),
    ]
  }
}
