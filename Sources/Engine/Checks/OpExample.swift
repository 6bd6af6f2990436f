/// An op with inputs to check it on.
public struct OpExample: Sendable {
  /// Where the numbers of one input come from.
  public enum Input: Sendable {
    /// Uniform in a range, but never closer than 0.02 to a point where the slope jumps.
    case numbers(TensorShape, in: ClosedRange<Double>, avoiding: [Double] = [])
    /// Whole numbers 0..<bound.
    case indices(TensorShape, below: Int)
    /// A key for random masks.
    case randomKey
    /// What another op makes of some of the other inputs, given by their places.
    case made(by: any Op, of: [Int])
  }

  /// What is checked.
  public let op: any Op
  /// One for each of its inputs.
  public let inputs: [Input]

  /// An instance and where its inputs come from.
  public init(_ op: any Op, _ inputs: Input...) {
    self.init(op, inputs: inputs)
  }

  /// The same from a list.
  package init(_ op: any Op, inputs: [Input]) {
    self.op = op
    self.inputs = inputs
  }
}
