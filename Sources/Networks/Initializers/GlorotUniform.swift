public import Engine

extension Initializers {
  /// Uniform in ±√(6 / (fan in + fan out)); for tanh, sigmoid and softmax.
  public struct GlorotUniform: FanScaledInitializer {
    public static let kind = "glorot_uniform"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      values(shape: shape, fans: Fans(of: shape), generator: &generator)
    }

    package func values(
      shape: TensorShape, fans: Fans, generator: inout RandomGenerator
    ) -> Tensor {
      .uniform(shape, variance: 1 / fans.average, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Uniform in ±√(6 / (fan in + fan out)); for tanh, sigmoid and softmax.
  public static var glorotUniform: Self { Self() }
}
