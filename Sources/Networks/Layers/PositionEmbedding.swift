public import Engine

/// Adds a learned row to each step of a sequence, by which layers that treat all steps alike, such as
/// attention, can tell them apart (Gehring et al. 2017).
///
/// [batch, steps, width] stays of this shape. Name, shape and first values of its tensor `embeddings`
/// [steps, width] are those of KerasHub's `PositionEmbedding`, glorot_uniform; that layer returns the
/// rows and leaves adding them to the user.
public struct PositionEmbedding: IdentifiedLayer {
  public static let kind = "position_embedding"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [
      .initializer("initializer", \.initializer), .name,
    ]
  }

  public var initializer: any Initializer
  public var identity: LayerIdentity

  /// - Parameter name: the beginning of its tensor's name; `position_embedding`, … if not given.
  public init(initializer: any Initializer = .glorotUniform, name: String? = nil) {
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
}
