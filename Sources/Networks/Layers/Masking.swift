public import Engine

/// Marks the steps of a padded sequence that do not count: those whose every value is the padding's.
/// Layers that read sequences leave them out, as Keras's `Masking` asks them to.
public struct Masking: StoredLayer {
  public static let kind = "masking"
  public static var usual: Self { Self() }
  public static var settings: [Setting<Self>] { [.usual("value", \.value)] }

  /// The value of padding.
  public var value: Double

  /// 0 if not given.
  public init(_ value: Double = 0) { self.value = value }

  public func callAsFunction(_ input: Node) throws -> Node {
    guard value.isFinite else {
      throw Problem.shape(
        input.graph.place(of: Self.kind), expected: "a finite value of padding",
        found: "\(value)",
        fix: "fill gaps in the data with a number that stands for nothing else, such as -1000, and "
          + "mask that: NaN is equal to no number, not even to itself")
    }
    guard input.shape.rank == 3 else {
      throw Problem.shape(
        input.graph.place(of: Self.kind),
        expected: "an input of shape [batch, steps, width]", found: "\(input.shape)")
    }
    let distance = try Ops.Largest(axes: 2..<3)(Ops.Absolute()(input - value))
    let mask = try indicator(of: distance, inputAbove: 0)
    // Masked steps become 0, so that no padding value, however odd, reaches a sum.
    let output = try input * Ops.Broadcast(to: input.shape, axes: [0, 1])(mask)
    output.mask = mask
    return output
  }
}
