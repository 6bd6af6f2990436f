extension Node {
  /// The same numbers, in the same order, in another shape.
  public func reshaped(to shape: TensorShape) throws -> Node {
    shape == self.shape ? self : try Ops.Reshape(to: shape)(self)
  }

  /// Repeats a value whose axes are the last axes of `shape` (or a scalar) along the leading axes.
  public func repeated(to shape: TensorShape) throws -> Node {
    if shape == self.shape { return self }
    let first = Swift.max(0, shape.rank - self.shape.rank)
    return try repeated(to: shape, axes: Array(first..<(first + self.shape.rank)))
  }

  /// Repeats a value along new axes.
  ///
  /// - Parameter axes: for each of its own axes, which axis of `shape` it becomes, ascending.
  public func repeated(to shape: TensorShape, axes: [Int]) throws -> Node {
    try Ops.Broadcast(to: shape, axes: axes)(self)
  }

  /// The axes in another order: axis i of the result is axis `order[i]` of this; reversed if not given.
  public func transposed(order: [Int]? = nil) throws -> Node {
    try Ops.Transpose(order: order ?? Array((0..<shape.rank).reversed()))(self)
  }

  /// A box cut out: its first index along each axis, and its shape.
  public func sliced(from starts: [Int], shape: TensorShape) throws -> Node {
    try Ops.Slice(from: starts, shape: shape)(self)
  }

  /// Zeros around it: how many before and after each axis.
  public func padded(before: [Int], after: [Int]) throws -> Node {
    try Ops.Pad(before: before, after: after)(self)
  }

  /// An axis from its end to its beginning.
  public func reversed(axis: Int) throws -> Node { try Ops.Reverse(axis: axis)(self) }

  /// This and then the others, along an axis.
  public func concatenated(with others: Node..., axis: Int) throws -> Node {
    try Ops.Concatenate(axis: axis).apply(to: [self] + others)
  }
}
