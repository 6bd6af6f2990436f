public import Engine

/// Layers one after another.
/// ```swift
/// let network = Sequential {
///   Dense(128, activation: .relu)
///   Dropout(0.2)
///   Dense(10)
/// }
/// ```
public struct Sequential: StoredLayer {
  public static let kind = "sequential"
  public static var usual: Self { Self([] as [any Layer]) }
  public static var settings: [Setting<Self>] { [.required("layers", \.list)] }

  /// In the order they are called.
  public var layers: [any Layer]

  /// From a list.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// From a block, with `if`, `for` and `switch` where needed.
  public init(@LayerBuilder _ layers: () -> [any Layer]) { self.layers = layers() }

  public var innerLayers: [any Layer] { layers }

  var list: LayerList {
    get { LayerList(layers) }
    set { layers = newValue.layers }
  }

  public func callAsFunction(_ input: Node) throws -> Node {
    try layers.reduce(input) { try $1.named(in: $0).keepingMask(of: $0) }
  }
}

/// Collects the layers of a ``Sequential`` block.
@resultBuilder public enum LayerBuilder {
  /// One layer.
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  /// Several layers.
  public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
  /// The whole block.
  public static func buildBlock(_ parts: [any Layer]...) -> [any Layer] { parts.flatMap(\.self) }
  /// `for`.
  public static func buildArray(_ parts: [[any Layer]]) -> [any Layer] { parts.flatMap(\.self) }
  /// `if` without `else`.
  public static func buildOptional(_ part: [any Layer]?) -> [any Layer] { part ?? [] }
  /// `if`.
  public static func buildEither(first part: [any Layer]) -> [any Layer] { part }
  /// `else`.
  public static func buildEither(second part: [any Layer]) -> [any Layer] { part }
}
