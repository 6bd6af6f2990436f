public import Engine

/// Repeats every step: [batch, steps, channels] becomes [batch, steps · size, channels] (Keras's
/// `UpSampling1D`).
public struct Upsample1D: StoredLayer {
  public static let kind = "upsample1d"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] {
    [.usual("size", \.size, in: NetworkLimits.repetitions)]
  }

  /// How often.
  public var size: Int

  /// A number of at least 1; checked when the network is built.
  public init(size: Int = 2) { self.size = size }

  public func callAsFunction(_ input: Node) throws -> Node {
    let shape = input.shape
    guard shape.rank == 3, size > 0 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "sequences of shape [batch, steps, channels] and a size of at least 1",
        found: "shape \(shape) and \(size)")
    }
    let spread = try TensorShape(checking: [shape[0], shape[1], size, shape[2]])
    return try Ops.Broadcast(to: spread, axes: [0, 1, 3])(input)
      .reshaped(to: [shape[0], shape[1] * size, shape[2]])
  }
}
