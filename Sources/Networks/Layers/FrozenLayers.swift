package import Engine

/// Layers that are used but not learned, one after another: no step changes a number of them.
///
/// They compute as in inference: their weights get no gradient, batch normalisation uses its running
/// statistics and leaves them alone, dropout drops nothing. Tensors keep the names they have without
/// it.
package struct FrozenLayers: StoredLayer {
  package static let kind = "frozen"
  package static var usual: Self { Self([] as [any Layer]) }
  package static var settings: [Setting<Self>] { [.required("layers", \.list)] }

  /// In the order they are called.
  package var layers: [any Layer]

  /// From a list.
  package init(_ layers: [any Layer]) { self.layers = layers }

  /// From a block.
  package init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  package var innerLayers: [any Layer] { layers }

  var list: LayerList {
    get { LayerList(layers) }
    set { layers = newValue.layers }
  }

  package func callAsFunction(_ input: Node) throws -> Node {
    try input.graph.frozen { try Sequential(layers)(input) }
  }
}

/// Frozen layers whose results are known and come as the input. They are built beside what is computed, so that
/// tensors and random masks of the layers behind them are called as if they were there.
package struct KnownFrozenLayers: Layer {
  private let frozen: FrozenLayers
  private let inputShape: TensorShape

  /// - Parameter inputShape: of an example, as the frozen layers read it.
  package init(_ frozen: FrozenLayers, inputShape: TensorShape) {
    (self.frozen, self.inputShape) = (frozen, inputShape)
  }

  package func callAsFunction(_ input: Node) throws -> Node {
    let unused = try input.graph.input(
      "unused", shape: TensorShape(checking: [input.shape[0]] + inputShape.extents))
    _ = try frozen(unused)
    return input
  }
}
