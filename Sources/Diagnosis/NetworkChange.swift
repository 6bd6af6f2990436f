import Networks

/// A network with some settings of its layers changed, whatever kinds of layers these are. Layers of
/// the user's own have no settings, so a change that reaches no layer gives nil.
struct NetworkChange {
  let network: any Layer

  init(_ network: any Layer) { self.network = network }

  /// Without the function at the very end.
  func withoutLastFunction() -> (any Layer)? { Self.withoutFunction(network) }

  private static func withoutFunction(_ layer: any Layer) -> (any Layer)? {
    guard let sequence = layer as? Sequential else {
      return layer.functionSetting.map { layer.with($0, ActivationFunction.linear) }
    }
    guard let last = sequence.layers.last.flatMap(withoutFunction) else { return nil }
    return Sequential(sequence.layers.dropLast() + [last])
  }

  /// With first weights drawn anew, biases 0, and optionally another function in the hidden layers.
  ///
  /// - Parameter kernels: by which rule; by the one that suits each layer's function if nil.
  func drawnAnew(
    function: ActivationFunction? = nil, kernels: (any Initializer)? = nil
  ) -> (any Layer)? {
    var left = 0
    _ = network.changed { layer in
      if layer.hasKernel { left += 1 }
      return layer
    }
    guard left > 0 else { return nil }
    let zeros: any Initializer = .zeros
    return network.changed { layer in
      if layer.hasKernel { left -= 1 }
      let own: ActivationFunction? = layer.setting("activation")
      let drawn = layer.with(
        "kernel_initializer", kernels ?? (own ?? .linear).usualInitializer
      ).with("bias_initializer", zeros)
      guard left > 0, let function, let setting = drawn.functionSetting else { return drawn }
      return drawn.with(setting, function)
    }
  }

  private static let dropoutSettings = ["rate", "dropout"]

  /// With no larger dropout rate than this.
  func limitingDropout(to rate: Double) -> any Layer {
    network.changed { layer in
      Self.dropoutSettings.reduce(layer) { layer, name in
        layer.with(name, min(rate, layer.setting(name) ?? 0))
      }
    }
  }

  /// The largest dropout rate; 0 without dropout.
  var dropoutRate: Double {
    [network].flattened.flatMap { layer in
      Self.dropoutSettings.compactMap { layer.setting($0, as: Double.self) }
    }.max() ?? 0
  }
}

extension Layer {
  fileprivate var hasKernel: Bool {
    setting("kernel_initializer", as: (any Initializer).self) != nil
  }

  /// The setting that holds the function it ends with; nil where that is linear. The functions of a
  /// recurrent layer stand in a loop that only bounded ones keep finite, and are none of these.
  fileprivate var functionSetting: String? {
    guard setting("recurrent_activation", as: ActivationFunction.self) == nil else { return nil }
    return ["activation", "function"].first {
      setting($0).map { $0 != ActivationFunction.linear } ?? false
    }
  }
}
