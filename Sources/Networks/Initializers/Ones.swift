import Engine

extension Initializers {
  /// Every number 1.
  public struct Ones: Initializer {
    public static let kind = "ones"
    public static var usual: Self { Self() }

    /// There are no settings.
    public init() {}

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(repeating: 1, shape: shape)
    }
  }
}

extension Initializer where Self == Initializers.Ones {
  /// Every number 1.
  public static var ones: Self { Self() }
}
