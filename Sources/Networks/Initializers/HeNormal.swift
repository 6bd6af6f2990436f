package import Engine

extension Initializers {
  /// Truncated normal with deviation √(2 / fan in).
  package struct HeNormal: FanScaledInitializer {
    package static let kind = "he_normal"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(
      shape: TensorShape, fans: Fans, generator: inout RandomGenerator
    ) -> Tensor {
      .truncatedNormal(shape, variance: 2 / fans.in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Truncated normal with deviation √(2 / fan in).
  public static var heNormal: any Initializer { Initializers.HeNormal() }
}
