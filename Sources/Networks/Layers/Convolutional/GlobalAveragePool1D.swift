public import Engine

/// Keeps the mean of each channel of a sequence.
///
/// From [batch, steps, channels] to [batch, channels]. As in Keras, steps that the mask leaves out do
/// not count; where none counts, the mean is 0 (Keras: not a number).
public struct GlobalAveragePool1D: StoredLayer {
  public static let kind = "global_average_pool1d"
  public static var usual: Self { Self() }

  /// The layer has no settings.
  public init() {}

  public func callAsFunction(_ input: Node) throws -> Node {
    let (graph, shape) = (input.graph, input.shape)
    guard shape.rank == 3 else {
      throw Problem.shape(
        graph.place(of: Self.kind), expected: "sequences of shape [batch, steps, channels]",
        found: "shape \(shape)")
    }
    guard let mask = input.mask else { return try Ops.Mean(axes: 1..<2)(input) }
    let kept = try input * Ops.Broadcast(to: shape, axes: [0, 1])(mask)
    let count = try Ops.Maximum()(Ops.Sum(axes: 1..<2)(mask), graph.constant(1, shape: [shape[0]]))
    let sum = try Ops.Sum(axes: 1..<2)(kept)
    return try sum / Ops.Broadcast(to: sum.shape, axes: [0])(count)
  }
}
