public import Engine

/// Brings the values of each row (the last axis) to mean 0 and variance 1, then scales and shifts them
/// by what is learned (Ba, Kiros and Hinton 2016).
///
/// y = γ · (x − μ) ÷ √(σ² + ε) + β, with μ and σ² of the row. Keras's ε is 1e-3, PyTorch's 1e-5.
public struct LayerNorm: IdentifiedLayer {
  public static let kind = "layer_norm"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [
      .usual("epsilon", \.epsilon, in: NetworkLimits.above0), .usual("center", \.centers),
      .usual("scale", \.scales), .name,
    ]
  }

  /// ε.
  public var epsilon: Double
  /// Is there a β?
  public var centers: Bool
  /// Is there a γ?
  public var scales: Bool
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensors' names; `layer_norm`, … if not given.
  public init(
    epsilon: Double = 1e-3, centers: Bool = true, scales: Bool = true, name: String? = nil
  ) {
    self.epsilon = epsilon
    self.centers = centers
    self.scales = scales
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard input.shape.rank >= 2, epsilon > 0 else {
        throw Problem.shape(
          graph.path, expected: "an input of shape [batch, …, width] and epsilon above 0",
          found: "shape \(input.shape), epsilon \(epsilon)")
      }
      let last = input.shape.rank - 1
      let width = try TensorShape(checking: [input.shape[last]])
      func spread(_ node: Node) throws -> Node {
        try Ops.Broadcast(to: input.shape, axes: Array(0..<last))(node)
      }
      let centred = try input - spread(Ops.Mean(axes: last..<last + 1)(input))
      let variance = try Ops.Mean(axes: last..<last + 1)(centred * centred)
      var output = try centred / spread(Ops.SquareRoot()(variance + epsilon))
      if scales { output = try output * graph.parameter("gamma", shape: width, .ones) }
      if centers { output = try output + graph.parameter("beta", shape: width, .zeros) }
      return output
    }
  }
}
