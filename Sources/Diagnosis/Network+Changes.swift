import Networks

/// A network with some layers exchanged. Layers of the user's own are left as they are, so a change
/// that would have to reach inside one gives nil.
struct NetworkChange {
  private let layers: [any Layer]

  /// The layers one after another; nil for a network that is no list of layers.
  init?(_ network: any Layer) {
    guard let sequence = network as? Sequential else { return nil }
    layers = Self.flattened(sequence)
  }

  private static func flattened(_ sequence: Sequential) -> [any Layer] {
    sequence.layers.flatMap { layer in
      (layer as? Sequential).map(flattened) ?? [layer]
    }
  }

  /// Without the function at the very end.
  func withoutLastActivation() -> (any Layer)? {
    var layers = layers
    guard let last = layers.popLast() else { return nil }
    if last is Activation { return Sequential(layers) }
    guard let dense = last as? Dense else { return nil }
    return Sequential(layers + [Self.dense(dense, activation: .linear)])
  }

  /// With another function, kernel or bias rule in every hidden layer, and optionally in the last.
  func changingLayers(
    activation: ActivationFunction? = nil, kernels: ((Dense) -> any Initializer)? = nil,
    zeroBias: Bool = false, includingLast: Bool = true
  ) -> (any Layer)? {
    guard layers.contains(where: { $0 is Dense }) else { return nil }
    let last = layers.lastIndex { $0 is Dense }
    return Sequential(
      layers.enumerated().map { place, layer in
        let isHidden = place != last
        if layer is Activation, let activation, isHidden, place < last ?? 0 {
          return Activation(activation)
        }
        guard let dense = layer as? Dense, isHidden || includingLast else { return layer }
        let function = isHidden && dense.activation != .linear ? activation : nil
        return Self.dense(
          dense, activation: function, kernel: kernels.map { $0(dense) },
          bias: zeroBias ? .zeros : nil)
      })
  }

  /// With another dropout rate.
  func changingDropout(to rate: Double) -> any Layer {
    Sequential(layers.map { $0 is Dropout ? Dropout(rate) : $0 })
  }

  /// The largest dropout rate; 0 without dropout.
  var dropoutRate: Double { layers.reduce(0) { max($0, ($1 as? Dropout)?.rate ?? 0) } }

  private static func dense(
    _ dense: Dense, activation: ActivationFunction? = nil, kernel: (any Initializer)? = nil,
    bias: (any Initializer)? = nil
  ) -> Dense {
    var changed = dense
    changed.identity = LayerIdentity(name: dense.name)
    if let activation { changed.activation = activation }
    if let kernel { changed.kernelInitializer = kernel }
    if let bias { changed.biasInitializer = bias }
    return changed
  }
}
