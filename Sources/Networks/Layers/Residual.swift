import Engine

/// Layers whose result is added to their input, so that the gradient has a way past them (He et al.
/// 2016): y = activation(layers(x) + shortcut(x)).
///
/// The shortcut is the input itself, or layers that bring it to the shape of the result, such as one
/// `Dense` of the new width.
public struct Residual: StoredLayer {
  public static let kind = "residual"

  /// In the order they are called.
  public let layers: [any Layer]
  /// Between the input and the sum; none for the input itself.
  public let shortcut: [any Layer]
  /// After the sum.
  public let activation: ActivationFunction

  /// From lists.
  public init(
    _ layers: [any Layer], shortcut: [any Layer] = [], activation: ActivationFunction = .linear
  ) {
    self.layers = layers
    self.shortcut = shortcut
    self.activation = activation
  }

  /// From a block.
  public init(
    shortcut: [any Layer] = [], activation: ActivationFunction = .linear,
    @LayerBuilder _ layers: () -> [any Layer]
  ) {
    self.init(layers(), shortcut: shortcut, activation: activation)
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    let inner = try Sequential(layers)(input)
    let outer = try Sequential(shortcut)(input)
    guard inner.shape == outer.shape else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "layers that keep the shape \(outer.shape)", found: "\(inner.shape)",
        fix: "give the shortcut a layer that makes this shape, such as "
          + (inner.shape.rank == 4
            ? "Conv2D with a kernel of 1 and the same filters and strides"
            : "Dense of the same width"))
    }
    return try activation(inner + outer).keepingMask(of: input)
  }

  private enum Key: String, CodingKey { case layers, shortcut, activation }

  /// Only the layers have no default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      try fields.decode(LayerList.self, forKey: .layers).layers,
      shortcut: try fields.decodeIfPresent(LayerList.self, forKey: .shortcut)?.layers ?? [],
      activation: try fields.decodeIfPresent(ActivationFunction.self, forKey: .activation)
        ?? .linear)
  }

  /// - Throws: `Problem` for a layer that is not a ``StoredLayer``.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(LayerList(layers), forKey: .layers)
    try fields.encode(LayerList(shortcut), forKey: .shortcut)
    try fields.encode(activation, forKey: .activation)
  }
}
