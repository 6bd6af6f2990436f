import Engine

/// Adds a learned row to each step of a sequence, by which layers that treat all steps alike, such as
/// attention, can tell them apart (Gehring et al. 2017).
///
/// [batch, steps, width] stays of this shape. Name, shape and first values of its tensor `embeddings`
/// [steps, width] are those of KerasHub's `PositionEmbedding`, glorot_uniform; that layer returns the
/// rows and leaves adding them to the user.
public struct PositionEmbedding: IdentifiedLayer {
  public static let kind = "position_embedding"

  public let initializer: Initializer
  let identity: LayerIdentity

  /// - Parameter name: the beginning of its tensor's name; `position_embedding`, … if not given.
  public init(initializer: Initializer = .glorotUniform, name: String? = nil) {
    self.initializer = initializer
    identity = LayerIdentity(name: name)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let graph = input.graph
    return try identity.scope(in: graph, kind: Self.kind) {
      guard input.shape.rank == 3 else {
        throw Problem.shape(
          graph.path, expected: "an input of shape [batch, steps, width]",
          found: "\(input.shape)")
      }
      let rows = try graph.parameter(
        "embeddings", shape: TensorShape(checking: [input.shape[1], input.shape[2]]), initializer)
      return try (input + rows).keepingMask(of: input)
    }
  }

  private enum Key: String, CodingKey { case initializer, name }

  /// Every field has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      initializer: try fields.decodeIfPresent(Initializer.self, forKey: .initializer)
        ?? .glorotUniform,
      name: try fields.decodeIfPresent(String.self, forKey: .name))
  }

  /// Writes every setting.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(initializer, forKey: .initializer)
    try fields.encodeIfPresent(identity.name, forKey: .name)
  }
}
