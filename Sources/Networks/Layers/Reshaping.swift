import Engine

/// Gives each example another shape with the same numbers in the same order, such as [steps, width]
/// for the columns of a table that are a sequence. Keras calls it `Reshape`.
public struct Reshaping: StoredLayer {
  public static let kind = "reshape"

  /// Of one example, without the batch.
  public let shape: TensorShape

  /// The count of numbers is checked when the network is built.
  public init(to shape: TensorShape) { self.shape = shape }

  public func callAsFunction(_ input: Node) throws -> Node {
    guard input.shape.rank >= 1, input.shape.count == input.shape[0] * shape.count else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "\(shape.count) numbers in each example for shape \(shape)",
        found: "shape \(input.shape)")
    }
    return try input.reshaped(to: TensorShape(checking: [input.shape[0]] + shape.extents))
  }

  private enum Key: String, CodingKey { case shape }

  /// The shape as a list.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let extents = try fields.decode([Int].self, forKey: .shape)
    self.init(to: try TensorShape(checking: extents, at: Self.kind))
  }

  /// Writes the shape.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(shape.extents, forKey: .shape)
  }
}
