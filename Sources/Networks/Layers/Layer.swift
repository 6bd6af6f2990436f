public import Engine

/// A part of a network: given a node, it adds nodes and returns the last.
///
/// Any struct that combines layers is a layer:
/// ```swift
/// struct Residual: Layer {
///   let inner = Dense(64, activation: .relu)
///   func callAsFunction(_ x: Node) throws -> Node { try inner(x) + x }
/// }
/// ```
/// A layer holds settings only; its weights live in a ``Model``. Calling the same layer twice uses the
/// same weights twice. A layer with weights of its own is an ``IdentifiedLayer``.
public protocol Layer: Sendable {
  /// Adds the layer to the graph of its input. The first axis of the input is the batch.
  /// - Throws: `Problem` at the layer's path.
  func callAsFunction(_ input: Node) throws -> Node
  /// The layers it is made of, in the order they are written; none if not said.
  var innerLayers: [any Layer] { get }
  /// What matters to a reader beside its kind, such as `relu`; empty if not said.
  var detail: String { get }
}

extension Layer {
  public var innerLayers: [any Layer] { [] }
  public var detail: String { "" }

  /// The layers one after another that it is: those of a ``Sequential``, else itself alone.
  public var listed: [any Layer] { (self as? Sequential)?.layers ?? [self] }

  /// Adds the layer under the name by which readers know it: that of its tensors, which it gives itself,
  /// or for a layer without any its kind.
  package func named(in input: Node) throws -> Node {
    if self is any IdentifiedLayer || self is Sequential || self is FrozenLayers {
      return try self(input)
    }
    return try input.graph.layer(kindName) { try self(input) }
  }

  /// Its kind in files; the type's name for a layer that no file can hold.
  public var kindName: String {
    (self as? any StoredLayer).map { type(of: $0).kind } ?? "\(type(of: self))"
  }
}

extension Model {
  /// Its layers one after another.
  public var layers: [any Layer] { network.listed }
}

extension Collection<any Layer> {
  /// All layers, those inside others included.
  public var flattened: [any Layer] { flatMap { [$0] + $0.innerLayers.flattened } }

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

/// A layer that can be written into a model file and read back. Its kind is also the beginning of its
/// tensors' names: `dense`.
public protocol StoredLayer: Layer, Configurable {}

/// A layer with weights of its own, so that using it twice is different from two layers.
/// ```swift
/// struct Scale: IdentifiedLayer {
///   static let kind = "scale"
///   static var usual: Scale { Scale() }
///   static var settings: [Setting<Scale>] { [.name] }
///   var identity = LayerIdentity()
///
///   func callAsFunction(_ input: Node) throws -> Node {
///     try identity.scope(in: input.graph, kind: Self.kind) {
///       let width = input.shape.extents.last ?? 1
///       let factors = try input.graph.parameter("factors", shape: [width], .ones)
///       return try input * factors
///     }
///   }
/// }
/// ```
public protocol IdentifiedLayer: StoredLayer {
  /// Which layer it is; each new layer has a new one.
  var identity: LayerIdentity { get set }
}

extension IdentifiedLayer {
  /// The beginning of its tensors' names, if one was given.
  public var name: String? { identity.name }
}

extension Setting where Owner: IdentifiedLayer {
  /// The beginning of the layer's tensors' names.
  public static var name: Setting {
    Setting(
      SettingFacts(name: "name", type: String.words, isRequired: false, source: nil),
      read: { layer, fields, key in
        layer.identity = LayerIdentity(name: try fields.decode(String.self, forKey: key))
      },
      write: { layer, fields in
        try fields.encodeIfPresent(layer.identity.name, forKey: AnyKey("name"))
      })
  }
}

/// Which layer this is: layers with the same identity share their weights. Copies of a layer are the
/// same layer.
public struct LayerIdentity: Sendable, Equatable {
  private final class Token: Sendable {}
  private let token = Token()
  /// The name the user gave it.
  public let name: String?

  /// A new layer.
  public init(name: String? = nil) { self.name = name }

  /// Runs the building of a layer inside its own scope, so that its tensors are called
  /// `dense/kernel`, `dense_1/kernel` and so on by order of first use.
  public func scope<R>(in graph: Graph, kind: String, _ body: () throws -> R) rethrows -> R {
    let name = graph.name(of: ObjectIdentifier(token), kind: kind, given: name)
    return try graph.scope(name, body)
  }

  public static func == (a: LayerIdentity, b: LayerIdentity) -> Bool { a.token === b.token }
}

extension Graph {
  /// Where a layer without a scope of its own is being built; what its problems have as location.
  public func place(of kind: String) -> String { path.isEmpty ? kind : "\(path)/\(kind)" }

  /// The variable of the layer being built, named `path/name`, made at its first use.
  ///
  /// - Parameters:
  ///   - name: `kernel`, `bias`, or any other.
  ///   - isTrainable: false for what steps do not change, such as running statistics.
  /// - Throws: `Problem` when there is one of this name and another shape already.
  public func parameter(
    _ name: String, shape: TensorShape, _ initializer: any Initializer, isTrainable: Bool = true
  ) throws -> Node {
    try parameter(name, shape: shape, isTrainable: isTrainable) { generator in
      initializer.values(shape: shape, generator: &generator)
    }
  }

  /// The same for a projection whose first axes are inputs and all others outputs: its shape alone would
  /// be taken for a convolution's.
  func projection(
    _ name: String, shape: TensorShape, inputAxes: Int, _ initializer: any Initializer
  ) throws -> Node {
    try parameter(name, shape: shape) { generator in
      initializer.values(shape: shape, inputAxes: inputAxes, generator: &generator)
    }
  }

  /// The same with any first numbers.
  func parameter(
    _ name: String, shape: TensorShape, isTrainable: Bool = true,
    first: @escaping @Sendable (inout RandomGenerator) -> Tensor
  ) throws -> Node {
    try variable(
      Variable(
        path.isEmpty ? name : "\(path)/\(name)", shape: shape, isTrainable: isTrainable && !isFrozen, initial: first))
  }

  /// The letters that stand for parameters in formulas; another parameter is called by its name.
  package static let parameterLetters = [
    "kernel": "w", "bias": "b", "slope": "α", "gamma": "γ", "beta": "β", "recurrent_kernel": "u",
    "embeddings": "E", "moving_mean": "μ", "moving_variance": "ν",
  ]
}
