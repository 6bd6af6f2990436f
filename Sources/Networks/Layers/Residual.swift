public import Engine

/// Layers whose result is added to their input, so that the gradient has a way past them (He et al.
/// 2016): y = activation(layers(x) + shortcut(x)).
///
/// The shortcut is the input itself, or layers that bring it to the shape of the result, such as one
/// `Dense` of the new width.
public struct Residual: StoredLayer {
  public static let kind = "residual"
  public static var usual: Self { Self([] as [any Layer]) }
  public static var settings: [Setting<Self>] {
    [
      .required("layers", \.list), .usual("shortcut", \.shortcutList),
      .usual("activation", \.activation),
    ]
  }

  /// In the order they are called.
  public var layers: [any Layer]
  /// Between the input and the sum; none for the input itself.
  public var shortcut: [any Layer]
  /// After the sum.
  public var activation: ActivationFunction

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

  public var innerLayers: [any Layer] { layers + shortcut }
  public var detail: String { activation == .linear ? "" : activation.name }

  var list: LayerList {
    get { LayerList(layers) }
    set { layers = newValue.layers }
  }
  var shortcutList: LayerList {
    get { LayerList(shortcut) }
    set { shortcut = newValue.layers }
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
}
