import Engine

/// Brings the values of each row (the last axis) to mean 0 and variance 1, then scales and shifts them
/// by what is learned (Ba, Kiros and Hinton 2016).
///
/// y = γ · (x − μ) ÷ √(σ² + ε) + β, with μ and σ² of the row. Keras's ε is 1e-3, PyTorch's 1e-5.
public struct LayerNorm: IdentifiedLayer {
  public static let kind = "layer_norm"

  /// ε.
  public let epsilon: Double
  /// Is there a β?
  public let centers: Bool
  /// Is there a γ?
  public let scales: Bool
  let identity: LayerIdentity

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

  private enum Key: String, CodingKey { case epsilon, center, scale, name }

  /// Every field has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      epsilon: try fields.decodeIfPresent(Double.self, forKey: .epsilon) ?? 1e-3,
      centers: try fields.decodeIfPresent(Bool.self, forKey: .center) ?? true,
      scales: try fields.decodeIfPresent(Bool.self, forKey: .scale) ?? true,
      name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(epsilon, forKey: .epsilon)
    try fields.encode(centers, forKey: .center)
    try fields.encode(scales, forKey: .scale)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
