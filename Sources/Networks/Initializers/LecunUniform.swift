import Engine

extension Initializers {
  /// Uniform in ±√(3 / fan in); for SELU.
  public struct LecunUniform: Initializer {
    public static let kind = "lecun_uniform"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      .uniform(shape, variance: 1 / Fans(of: shape).in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.LecunUniform {
  /// Uniform in ±√(3 / fan in); for SELU.
  public static var lecunUniform: Self { Self() }
}
