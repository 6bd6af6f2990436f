package import Engine

extension Initializers {
  /// Every number 0.
  package struct Zeros: Initializer {
    package static let kind = "zeros"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(repeating: 0, shape: shape)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Every number 0.
  public static var zeros: any Initializer { Initializers.Zeros() }
}
