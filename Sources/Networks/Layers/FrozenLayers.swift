import Engine

/// Layers that are used but not learned, one after another: no step changes a number of them.
///
/// They compute as in inference: their weights get no gradient, batch normalisation uses its running
/// statistics and leaves them alone, dropout drops nothing. Tensors keep the names they have without
/// it.
public struct FrozenLayers: StoredLayer {
  public static let kind = "frozen"

  /// In the order they are called.
  public let layers: [any Layer]

  /// From a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// From a block.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public func callAsFunction(_ input: Node) throws -> Node {
    try input.graph.frozen { try Sequential(layers)(input) }
  }

  private enum Key: String, CodingKey { case layers }

  /// From the list of its layers.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    layers = try fields.decode(LayerList.self, forKey: .layers).layers
  }

  /// - Throws: `Problem` for a layer that is not a ``StoredLayer``.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(LayerList(layers), forKey: .layers)
  }
}
