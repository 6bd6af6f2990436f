import Engine

extension Initializers {
  /// Truncated normal with deviation √(2 / fan in).
  public struct HeNormal: Initializer {
    public static let kind = "he_normal"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      .truncatedNormal(shape, variance: 2 / Fans(of: shape).in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.HeNormal {
  /// Truncated normal with deviation √(2 / fan in).
  public static var heNormal: Self { Self() }
}
