public import Engine

/// Keeps the largest number of each channel of an image.
///
/// From [batch, height, width, channels] to [batch, channels].
public struct GlobalMaxPool2D: StoredLayer {
  public static let kind = "global_max_pool2d"
  public static var usual: Self { Self() }

  /// The layer has no settings.
  public init() {}

  public func callAsFunction(_ input: Node) throws -> Node {
    guard input.shape.rank == 4 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "images of shape [batch, height, width, channels]",
        found: "shape \(input.shape)")
    }
    return try Ops.Largest(axes: 1..<3)(input)
  }
}
