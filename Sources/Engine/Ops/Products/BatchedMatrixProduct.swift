extension Ops {
  /// The products of pairs of matrices, one pair for each index of the first axis.
  ///
  /// y[n, i, j] = Σₖ a[n, i, k] · b[n, k, j]; the gradients are those of ``MatrixProduct``, pair by pair.
  package struct BatchedMatrixProduct: TransposableProduct {
    package static let name = "batched matrix product"

    /// Is each `a` given as [k, i]?
    package var transposesA: Bool
    /// Is each `b` given as [j, k]?
    package var transposesB: Bool

    /// Says which operand is given transposed.
    package init(transposesA: Bool = false, transposesB: Bool = false) {
      self.transposesA = transposesA
      self.transposesB = transposesB
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 3, inputs[1].rank == 3,
        inputs[0][0] == inputs[1][0],
        inputs[0][transposesA ? 1 : 2] == inputs[1][transposesB ? 2 : 1]
      else {
        throw Problem.shape(
          Self.name,
          expected:
            "\(transposesA ? "[n, k, i]" : "[n, i, k]") and \(transposesB ? "[n, j, k]" : "[n, k, j]")",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(
        checking: [inputs[0][0], inputs[0][transposesA ? 2 : 1], inputs[1][transposesB ? 1 : 2]])
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (a, b) = (inputs[0], inputs[1])
      let (rows, columns) = (a.shape[transposesA ? 2 : 1], b.shape[transposesB ? 1 : 2])
      let (n, i, j) = (cell / (rows * columns), cell / columns % rows, cell % columns)
      let (firstA, firstB) = (n * a.shape[1] * a.shape[2], n * b.shape[1] * b.shape[2])
      var sum: N = 0
      for k in 0..<a.shape[transposesA ? 1 : 2] {
        let left = transposesA ? k * a.shape[2] + i : i * a.shape[2] + k
        let right = transposesB ? j * b.shape[2] + k : k * b.shape[2] + j
        sum = sum + a[flat: firstA + left] * b[flat: firstB + right]
      }
      return sum
    }

    func steps(_ call: StepCall) -> [any Step] {
      let (a, b, y) = (call.inputShapes[0], call.inputShapes[1], call.outputShape)
      return [
        ProductsStep(
          product(call), count: y[0], strides: (a[1] * a[2], b[1] * b[2], y[1] * y[2]),
          kernels: call.kernels)
      ]
    }

    package static let examples = [false, true].flatMap { transposesA in
      [false, true].map { transposesB in
        OpExample(
          BatchedMatrixProduct(transposesA: transposesA, transposesB: transposesB),
          .numbers(transposesA ? [3, 4, 5] : [3, 5, 4], in: -2...2),
          .numbers(transposesB ? [3, 6, 4] : [3, 4, 6], in: -2...2))
      }
    }
  }
}
