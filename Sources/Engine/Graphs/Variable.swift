/// A tensor that is kept between runs: a parameter that learns, or a state.
public struct Variable: Sendable {
  /// `layer/kernel`.
  public let name: String
  /// Of its value.
  public let shape: TensorShape
  /// Does an optimiser change it?
  public let isTrainable: Bool
  /// Makes the first value, of its shape.
  public let initial: @Sendable (inout RandomGenerator) -> Tensor

  /// A variable with the rule for its first value.
  public init(
    _ name: String, shape: TensorShape, isTrainable: Bool,
    initial: @escaping @Sendable (inout RandomGenerator) -> Tensor
  ) {
    self.name = name
    self.shape = shape
    self.isTrainable = isTrainable
    self.initial = initial
  }
}
