extension Node {
  /// Of this table [rows, width], the rows that the indices name, in their order: […, width]. An index
  /// outside the table gives not-a-number.
  public func gathered(at indices: Node) throws -> Node { try Ops.Gather()(self, indices) }

  /// These rows […, width] added up by their indices […] into a table [rows, width].
  public func scattered(to rows: Int, at indices: Node) throws -> Node {
    try Ops.ScatterAdd(rows: rows)(self, indices)
  }

  /// Of each row [rows, classes], the number at the row's class index [rows].
  public func picked(at classes: Node) throws -> Node { try Ops.Pick()(self, classes) }

  /// These class indices [rows] as rows with a 1 at the index and 0 elsewhere, [rows, classes].
  public func oneHot(classes: Int) throws -> Node {
    try Ops.Place(classes: classes)(graph.constant(1, shape: shape), self)
  }

  /// `yes` where this is larger than a bound, else `no`, element by element. There is no slope along what
  /// is compared.
  public func selected(greaterThan bound: Node, _ yes: Node, else no: Node) throws -> Node {
    try Ops.Select()(
      self, bound.repeated(to: shape), yes.repeated(to: shape), no.repeated(to: shape))
  }
}
