package import Engine

extension Initializers {
  /// Truncated normal with deviation √(1 / fan in).
  package struct LecunNormal: FanScaledInitializer {
    package static let kind = "lecun_normal"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(
      shape: TensorShape, fans: Fans, generator: inout RandomGenerator
    ) -> Tensor {
      .truncatedNormal(shape, variance: 1 / fans.in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Truncated normal with deviation √(1 / fan in).
  public static var lecunNormal: any Initializer { Initializers.LecunNormal() }
}
