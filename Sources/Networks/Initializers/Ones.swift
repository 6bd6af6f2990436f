package import Engine

extension Initializers {
  /// Every number 1.
  package struct Ones: Initializer {
    package static let kind = "ones"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(repeating: 1, shape: shape)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Every number 1.
  public static var ones: any Initializer { Initializers.Ones() }
}
