package import Engine

extension Initializers {
  /// Truncated normal with deviation √(2 / (fan in + fan out)).
  package struct GlorotNormal: FanScaledInitializer {
    package static let kind = "glorot_normal"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(
      shape: TensorShape, fans: Fans, generator: inout RandomGenerator
    ) -> Tensor {
      .truncatedNormal(shape, variance: 1 / fans.average, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Truncated normal with deviation √(2 / (fan in + fan out)).
  public static var glorotNormal: any Initializer { Initializers.GlorotNormal() }
}
