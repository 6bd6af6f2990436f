import Engine

/// A layer made of others.
public protocol LayerContainer: Layer {
  /// In the order they are written.
  var innerLayers: [any Layer] { get }
}

extension Sequential: LayerContainer { public var innerLayers: [any Layer] { layers } }
extension FrozenLayers: LayerContainer { public var innerLayers: [any Layer] { layers } }
extension Residual: LayerContainer { public var innerLayers: [any Layer] { layers + shortcut } }
extension Bidirectional: LayerContainer { public var innerLayers: [any Layer] { [layer] } }

extension Collection<any Layer> {
  /// All layers, those inside others included.
  public var flattened: [any Layer] {
    flatMap { [$0] + (($0 as? any LayerContainer)?.innerLayers.flattened ?? []) }
  }

  /// The embedding that reads the inputs themselves; nil when another layer changes them before.
  public var leadingEmbedding: Embedding? {
    for layer in flattened {
      if let embedding = layer as? Embedding { return embedding }
      guard layer is Reshaping || layer is Sequential || layer is FrozenLayers || layer is Flatten
      else { return nil }
    }
    return nil
  }
}
