public import Engine

/// A rectifier that learns its slope below 0, one for each input of the last axis (He et al. 2015).
/// The slopes start at 0 as in Keras; PyTorch starts one shared slope at 0.25.
public struct ParametricReLU: IdentifiedLayer {
  public static let kind = "parametric_relu"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [
      .initializer("slope_initializer", \.slopeInitializer), .name,
    ]
  }

  /// The slopes at first.
  public var slopeInitializer: any Initializer
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensor's name; `parametric_relu` if not given.
  public init(slopeInitializer: any Initializer = .zeros, name: String? = nil) {
    self.slopeInitializer = slopeInitializer
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      let width = input.shape[input.shape.rank - 1]
      let slope = try graph.parameter(
        "slope", shape: TensorShape(checking: [width]), slopeInitializer)
      return try Ops.PReLU()(input, slope.repeated(to: input.shape))
    }
  }
}
