extension Ops {
  /// A box cut out of a tensor. The gradient is the box again, with zeros around it.
  package struct Slice: CompiledOp, ShapedOp {
    package static let name = "slice"

    /// The first index along each axis.
    package var starts: [Int]
    /// The shape of the box.
    package var result: TensorShape

    /// One start for each axis.
    package init(from starts: [Int], shape: TensorShape) {
      self.starts = starts
      result = shape
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard
        inputs.count == 1, starts.count == inputs[0].rank, result.rank == inputs[0].rank,
        starts.indices.allSatisfy({
          (0...inputs[0][$0]).contains(result[$0])
            && (0...inputs[0][$0] - result[$0]).contains(starts[$0])
        })
      else {
        throw Problem.shape(
          Self.name, expected: "an input that holds the box \(result) starting at \(starts)",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return result
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      inputs[0][zip(result.position(ofFlatIndex: cell), starts).map { $0 + $1 }]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let whole = backward.inputs[0].shape
      let after = starts.indices.map { whole[$0] - starts[$0] - result[$0] }
      return try [.node(Pad(before: starts, after: after)(backward.gradient))]
    }

    func steps(_ call: StepCall) -> [any Step] {
      let strides = call.inputShapes[0].strides
      let offset = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
      return [
        CopyStep(
          extents: result.extents, source: call.inputs[0] + offset, sourceStrides: strides,
          destination: call.output, destinationStrides: result.strides, kernels: call.kernels)
      ]
    }

    package static let examples = [
      OpExample(Slice(from: [1, 0], shape: [2, 3]), .numbers([4, 3], in: -2...2)),
      OpExample(Slice(from: [1, 2], shape: [2, 1]), .numbers([4, 3], in: -2...2)),
    ]
  }
}
