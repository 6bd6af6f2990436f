import Engine

/// Repeats every pixel: [batch, height, width, channels] becomes [batch, height · a, width · b,
/// channels] (nearest-neighbour enlargement; Keras's `UpSampling2D`).
public struct Upsample2D: StoredLayer {
  public static let kind = "upsample_2d"

  /// How often along each axis.
  public let size: Extents

  /// Numbers of at least 1; checked when the network is built.
  public init(size: Extents = 2) { self.size = size }

  public func callAsFunction(_ input: Node) throws -> Node {
    let shape = input.shape
    guard shape.rank == 4, size.height > 0, size.width > 0 else {
      throw ShapeProblem(
        "\(input.graph.path)/\(Self.kind)",
        expected: "images of shape [batch, height, width, channels] and a size of at least 1",
        found: "shape \(shape) and \(size.height) × \(size.width)")
    }
    let spread = try Shape(checking: [
      shape[0], shape[1], size.height, shape[2], size.width, shape[3],
    ])
    return try Broadcast(to: spread, axes: [0, 1, 3, 5])(input).reshaped(
      to: Shape(checking: [
        shape[0], shape[1] * size.height, shape[2] * size.width, shape[3],
      ]))
  }

  /// The size has a default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    self.init(size: try fields.decodeIfPresent(Extents.self, forKey: .size) ?? 2)
  }

  private enum CodingKeys: String, CodingKey { case size }
}
