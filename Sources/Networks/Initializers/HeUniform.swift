package import Engine

extension Initializers {
  /// Uniform in ±√(6 / fan in); for ReLU and its relatives.
  package struct HeUniform: FanScaledInitializer {
    package static let kind = "he_uniform"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(
      shape: TensorShape, fans: Fans, generator: inout RandomGenerator
    ) -> Tensor {
      .uniform(shape, variance: 2 / fans.in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Uniform in ±√(6 / fan in); for ReLU and its relatives.
  public static var heUniform: any Initializer { Initializers.HeUniform() }
}
