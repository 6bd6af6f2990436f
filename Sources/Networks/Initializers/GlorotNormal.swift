import Engine

extension Initializers {
  /// Truncated normal with deviation √(2 / (fan in + fan out)).
  public struct GlorotNormal: Initializer {
    public static let kind = "glorot_normal"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      .truncatedNormal(shape, variance: 1 / Fans(of: shape).average, &generator)
    }
  }
}

extension Initializer where Self == Initializers.GlorotNormal {
  /// Truncated normal with deviation √(2 / (fan in + fan out)).
  public static var glorotNormal: Self { Self() }
}
