// What arithmetic needs. All add nodes and compute nothing; shapes that do not fit are thrown as a
// `Problem` with the path of the layer being built.

extension Node {
  /// Sum, with smaller shapes repeated as in ``repeated(to:)``.
  public static func + (a: Node, b: Node) throws -> Node { try binary(Ops.Add(), a, b) }
  /// Difference.
  public static func - (a: Node, b: Node) throws -> Node { try binary(Ops.Subtract(), a, b) }
  /// Product, element by element.
  public static func * (a: Node, b: Node) throws -> Node { try binary(Ops.Multiply(), a, b) }
  /// Quotient.
  public static func / (a: Node, b: Node) throws -> Node { try binary(Ops.Divide(), a, b) }
  /// The other sign.
  public static prefix func - (a: Node) throws -> Node { try Ops.Negate()(a) }

  /// Sum with a number.
  public static func + (a: Node, b: Double) throws -> Node { try a + a.graph.constant(b) }
  /// Difference with a number.
  public static func - (a: Node, b: Double) throws -> Node { try a - a.graph.constant(b) }
  /// Product with a number.
  public static func * (a: Node, b: Double) throws -> Node { try a * a.graph.constant(b) }
  /// Quotient with a number.
  public static func / (a: Node, b: Double) throws -> Node { try a / a.graph.constant(b) }
  /// Sum with a number.
  public static func + (a: Double, b: Node) throws -> Node { try b.graph.constant(a) + b }
  /// Difference with a number.
  public static func - (a: Double, b: Node) throws -> Node { try b.graph.constant(a) - b }
  /// Product with a number.
  public static func * (a: Double, b: Node) throws -> Node { try b.graph.constant(a) * b }
  /// Quotient with a number.
  public static func / (a: Double, b: Node) throws -> Node { try b.graph.constant(a) / b }

  /// eˣ.
  public func exp() throws -> Node { try Ops.Exponential()(self) }
  /// The natural logarithm.
  public func log() throws -> Node { try Ops.Logarithm()(self) }
  /// The square root.
  public func squareRoot() throws -> Node { try Ops.SquareRoot()(self) }
  /// The value without its sign.
  public func absolute() throws -> Node { try Ops.Absolute()(self) }
  /// The value kept between two bounds.
  public func clipped(low: Double, high: Double) throws -> Node {
    try Ops.Clip(low: low, high: high)(self)
  }
  /// The larger of two values, element by element; at a tie the whole slope goes to the first.
  public func maximum(_ other: Node) throws -> Node { try Self.binary(Ops.Maximum(), self, other) }
  /// The smaller of two values, element by element.
  public func minimum(_ other: Node) throws -> Node { try Self.binary(Ops.Minimum(), self, other) }

  /// An op of two inputs, the smaller one repeated over the larger.
  private static func binary(_ op: some Op, _ a: Node, _ b: Node) throws -> Node {
    if a.shape == b.shape { return try op(a, b) }
    if a.shape.rank < b.shape.rank { return try op(a.repeated(to: b.shape), b) }
    return try op(a, b.repeated(to: a.shape))
  }
}
