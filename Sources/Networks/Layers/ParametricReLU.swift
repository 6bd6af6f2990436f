import Engine

/// A rectifier that learns its slope below 0, one for each input of the last axis (He et al. 2015).
/// The slopes start at 0 as in Keras; PyTorch starts one shared slope at 0.25.
public struct ParametricReLU: IdentifiedLayer {
  public static let kind = "parametric_relu"

  /// The slopes at first.
  public let slopeInitializer: Initializer
  let identity: LayerIdentity

  /// - Parameter name: the beginning of its tensor's name; `parametric_relu` if not given.
  public init(slopeInitializer: Initializer = .zeros, name: String? = nil) {
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

  private enum Key: String, CodingKey {
    case name
    case slopeInitializer = "slope_initializer"
  }

  /// Both fields have defaults.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      slopeInitializer: try fields.decodeIfPresent(Initializer.self, forKey: .slopeInitializer)
        ?? .zeros,
      name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(slopeInitializer, forKey: .slopeInitializer)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
