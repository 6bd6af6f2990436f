extension Node {
  /// The product of two matrices [i, k] and [k, j], or of as many pairs as the first axis of both counts.
  ///
  /// - Parameters:
  ///   - transposed: is this one given as [k, i]?
  ///   - otherTransposed: is the other given as [j, k]?
  public func matmul(
    _ other: Node, transposed: Bool = false, otherTransposed: Bool = false
  ) throws -> Node {
    shape.rank == 3
      ? try Ops.BatchedMatrixProduct(transposesA: transposed, transposesB: otherTransposed)(
        self, other)
      : try Ops.MatrixProduct(transposesA: transposed, transposesB: otherTransposed)(self, other)
  }
}
