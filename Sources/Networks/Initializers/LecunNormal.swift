import Engine

extension Initializers {
  /// Truncated normal with deviation √(1 / fan in).
  public struct LecunNormal: Initializer {
    public static let kind = "lecun_normal"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      .truncatedNormal(shape, variance: 1 / Fans(of: shape).in, &generator)
    }
  }
}

extension Initializer where Self == Initializers.LecunNormal {
  /// Truncated normal with deviation √(1 / fan in).
  public static var lecunNormal: Self { Self() }
}
