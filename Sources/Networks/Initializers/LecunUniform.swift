package import Engine

extension Initializers {
  /// Uniform in ±√(3 / fan in); for SELU.
  package struct LecunUniform: FanScaledInitializer {
    package static let kind = "lecun_uniform"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(
      shape: TensorShape, fans: Fans, generator: inout RandomGenerator
    ) -> Tensor {
      .uniform(shape, variance: 1 / fans.in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Uniform in ±√(3 / fan in); for SELU.
  public static var lecunUniform: any Initializer { Initializers.LecunUniform() }
}
