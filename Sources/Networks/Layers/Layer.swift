import Engine

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
/// same weights twice.
public protocol Layer: Sendable {
  /// Adds the layer to the graph of its input. The first axis of the input is the batch.
  /// - Throws: `Problem` at the layer's path.
  func callAsFunction(_ input: Node) throws -> Node
}

/// A layer that can be written into a model file and read back.
public protocol StoredLayer: Layer, Codable {
  /// Its name in files and the beginning of its tensors' names: `dense`.
  static var kind: String { get }
}

/// Which layer this is: layers with the same identity share their weights. Copies of a layer are the
/// same layer.
public struct LayerIdentity: Sendable {
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

  static func == (a: LayerIdentity, b: LayerIdentity) -> Bool { a.token === b.token }
}

extension Graph {
  /// Where a layer without a scope of its own is being built.
  func place(of kind: String) -> String { path.isEmpty ? kind : "\(path)/\(kind)" }

  /// The variable of the layer being built, named `path/name`, made at its first use.
  func parameter(
    _ name: String, shape: TensorShape, _ initializer: Initializer, isTrainable: Bool = true
  ) throws -> Node {
    try variable(
      Variable("\(path)/\(name)", shape: shape, isTrainable: isTrainable && !isFrozen) {
        generator in
        initializer.values(shape: shape, generator: &generator)
      })
  }
}
