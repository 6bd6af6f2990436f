public import Engine

/// Makes one row of each example: [batch, a, b, …] becomes [batch, a·b·…].
public struct Flatten: StoredLayer {
  public static let kind = "flatten"
  public static var usual: Self { Self() }

  /// The layer has no settings.
  public init() {}

  public func callAsFunction(_ input: Node) throws -> Node {
    guard input.shape.rank >= 1 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind), expected: "an input with a batch axis",
        found: "a scalar")
    }
    let width = input.shape.extents.dropFirst().reduce(1, *)
    return try input.reshaped(to: TensorShape(checking: [input.shape[0], width]))
  }
}
