import Engine

extension Initializers {
  /// Uniform in ±√(6 / fan in); for ReLU and its relatives.
  public struct HeUniform: Initializer {
    public static let kind = "he_uniform"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      .uniform(shape, variance: 2 / Fans(of: shape).in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.HeUniform {
  /// Uniform in ±√(6 / fan in); for ReLU and its relatives.
  public static var heUniform: Self { Self() }
}
