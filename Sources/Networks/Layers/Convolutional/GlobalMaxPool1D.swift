public import Engine

/// Keeps the largest number of each channel of a sequence.
///
/// From [batch, steps, channels] to [batch, channels]. As in Keras every step counts, also one that
/// the mask leaves out: a mean that knows the mask is ``GlobalAveragePool1D``.
public struct GlobalMaxPool1D: StoredLayer {
  public static let kind = "global_max_pool1d"
  public static var usual: Self { Self() }

  /// The layer has no settings.
  public init() {}

  public func callAsFunction(_ input: Node) throws -> Node {
    guard input.shape.rank == 3 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind), expected: "sequences of shape [batch, steps, channels]",
        found: "shape \(input.shape)")
    }
    return try Ops.Largest(axes: 1..<2)(input)
  }
}
