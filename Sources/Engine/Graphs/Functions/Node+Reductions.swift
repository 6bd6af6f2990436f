// Neighbouring axes become one number and disappear; without `axes`, all of them.

extension Node {
  /// The sum along some neighbouring axes.
  public func sum(axes: Range<Int>? = nil) throws -> Node { try Ops.Sum(axes: axes ?? all)(self) }
  /// The mean along some neighbouring axes.
  public func mean(axes: Range<Int>? = nil) throws -> Node { try Ops.Mean(axes: axes ?? all)(self) }
  /// The largest number along some neighbouring axes.
  public func max(axes: Range<Int>? = nil) throws -> Node {
    try Ops.Largest(axes: axes ?? all)(self)
  }
  /// The index of the first largest number along some neighbouring axes. It has no gradient.
  public func argMax(axes: Range<Int>? = nil) throws -> Node {
    try Ops.ArgMax(axes: axes ?? all)(self)
  }
  /// ln Σ eˣ along some neighbouring axes, without overflow.
  public func logSumExp(axes: Range<Int>? = nil) throws -> Node {
    try Ops.LogSumExp(axes: axes ?? all)(self)
  }

  /// The sum along one axis; −1 is the last.
  public func sum(axis: Int) throws -> Node { try sum(axes: one(axis)) }
  /// The mean along one axis; −1 is the last.
  public func mean(axis: Int) throws -> Node { try mean(axes: one(axis)) }
  /// The largest number along one axis; −1 is the last.
  public func max(axis: Int) throws -> Node { try max(axes: one(axis)) }
  /// The index of the first largest number along one axis; −1 is the last.
  public func argMax(axis: Int) throws -> Node { try argMax(axes: one(axis)) }
  /// ln Σ eˣ along one axis; −1 is the last.
  public func logSumExp(axis: Int) throws -> Node { try logSumExp(axes: one(axis)) }

  private var all: Range<Int> { 0..<shape.rank }

  /// The axis as a range, counted from the end if negative; the op says if there is none.
  private func one(_ axis: Int) -> Range<Int> {
    let axis = axis < 0 ? shape.rank &+ axis : axis
    return axis..<(axis == .max ? axis : axis + 1)
  }
}
