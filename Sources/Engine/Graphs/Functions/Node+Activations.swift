extension Node {
  /// tanh x.
  public func tanh() throws -> Node { try Ops.Tanh()(self) }
  /// 1 ÷ (1 + e^(−x)).
  public func sigmoid() throws -> Node { try Ops.Sigmoid()(self) }
  /// max(x, 0).
  public func relu() throws -> Node { try Ops.ReLU()(self) }
  /// x where x > 0, else slope · x.
  public func leakyReLU(slope: Double = 0.2) throws -> Node {
    try Ops.LeakyReLU(slope: slope)(self)
  }
  /// x where x > 0, else slope · x with a slope for each element of the last axes.
  public func prelu(slope: Node) throws -> Node {
    try Ops.PReLU()(self, slope.repeated(to: shape))
  }
  /// x where x > 0, else scale · (eˣ − 1).
  public func elu(scale: Double = 1) throws -> Node { try Ops.ELU(scale: scale)(self) }
  /// The exponential unit that keeps mean and deviation of what passes.
  public func selu() throws -> Node { try Ops.SELU()(self) }
  /// x times the probability that a standard normal number is below x.
  public func gelu() throws -> Node { try Ops.GELU()(self) }
  /// The form of ``gelu()`` that uses tanh.
  public func geluTanh() throws -> Node { try Ops.GELUTanh()(self) }
  /// x ÷ (1 + e^(−x)).
  public func silu() throws -> Node { try Ops.SiLU()(self) }
  /// ln(1 + eˣ).
  public func softplus() throws -> Node { try Ops.Softplus()(self) }
  /// Each row (the last axis) as probabilities.
  public func softmax() throws -> Node { try Ops.Softmax()(self) }
  /// The logarithms of each row's probabilities.
  public func logSoftmax() throws -> Node { try Ops.LogSoftmax()(self) }
}
