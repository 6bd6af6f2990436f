package import Engine

extension Initializers {
  /// Every number the same.
  package struct Constant: Initializer {
    package static let kind = "constant"
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [.usual("value", \.value)]
    }

    /// The number.
    package var value: Double

    /// Keras's defaults.
    package init(value: Double = 0) {
      self.value = value
    }

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(repeating: Float(value), shape: shape)
    }

    package func check(at location: String) throws(Problem) {
      try checkFinite(["value": value], at: location)
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Every number the same.
  public static func constant(_ value: Double = 0) -> any Initializer {
    Initializers.Constant(value: value)
  }
}
