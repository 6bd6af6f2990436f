extension Ops {
  /// The product of two matrices, either of them transposed or not.
  ///
  /// y[i, j] = Σₖ a[i, k] · b[k, j]; ∂L/∂a = g · bᵀ, ∂L/∂b = aᵀ · g (with the transpositions in place).
  package struct MatrixProduct: TransposableProduct {
    package static let name = "matrix product"

    /// Is `a` given as [k, i]?
    package var transposesA: Bool
    /// Is `b` given as [j, k]?
    package var transposesB: Bool

    /// Says which operand is given transposed.
    package init(transposesA: Bool = false, transposesB: Bool = false) {
      self.transposesA = transposesA
      self.transposesB = transposesB
    }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 2, inputs[0].rank == 2, inputs[1].rank == 2,
        inputs[0][transposesA ? 0 : 1] == inputs[1][transposesB ? 1 : 0]
      else {
        throw Problem.shape(
          Self.name,
          expected: "\(transposesA ? "[k, i]" : "[i, k]") and \(transposesB ? "[j, k]" : "[k, j]")",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return try TensorShape(checking: [
        inputs[0][transposesA ? 1 : 0], inputs[1][transposesB ? 0 : 1],
      ])
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let (a, b) = (inputs[0], inputs[1])
      let width = b.shape[transposesB ? 0 : 1]
      let (i, j) = (cell / width, cell % width)
      var sum: N = 0
      for k in 0..<a.shape[transposesA ? 0 : 1] {
        let left = transposesA ? k * a.shape[1] + i : i * a.shape[1] + k
        let right = transposesB ? j * b.shape[1] + k : k * b.shape[1] + j
        sum = sum + a[flat: left] * b[flat: right]
      }
      return sum
    }

    func steps(_ call: StepCall) -> [any Step] { [ProductStep(product(call), call)] }

    package static let examples = [false, true].flatMap { transposesA in
      [false, true].map { transposesB in
        OpExample(
          MatrixProduct(transposesA: transposesA, transposesB: transposesB),
          .numbers(transposesA ? [5, 7] : [7, 5], in: -2...2),
          .numbers(transposesB ? [9, 5] : [5, 9], in: -2...2))
      }
    }
  }
}
