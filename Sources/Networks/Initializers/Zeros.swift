import Engine

extension Initializers {
  /// Every number 0.
  public struct Zeros: Initializer {
    public static let kind = "zeros"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(repeating: 0, shape: shape)
    }
  }
}

extension Initializer where Self == Initializers.Zeros {
  /// Every number 0.
  public static var zeros: Self { Self() }
}
