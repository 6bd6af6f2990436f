import Engine

/// Layers that are used but not learned, one after another: no step changes a number of them.
///
/// They compute as in inference: their weights get no gradient, batch normalisation uses its running
/// statistics and leaves them alone, dropout drops nothing. Tensors keep the names they have without
/// it.
public struct FrozenLayers: StoredLayer {
  public static let kind = "frozen"
  public static var usual: Self { Self([] as [any Layer]) }
  public static var settings: [Setting<Self>] { [.required("layers", \.list)] }

  /// In the order they are called.
  public var layers: [any Layer]

  /// From a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// From a block.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public var innerLayers: [any Layer] { layers }

  var list: LayerList {
    get { LayerList(layers) }
    set { layers = newValue.layers }
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try input.graph.frozen { try Sequential(layers)(input) }
  }
}
