package import Engine

extension Initializers {
  /// Uniform in minimum…maximum.
  package struct Uniform: Initializer {
    package static let kind = "uniform"
    package static let aliases = ["random_uniform"]
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [.usual("minimum", \.minimum), .usual("maximum", \.maximum)]
    }

    /// The smallest number.
    package var minimum: Double
    /// The largest number.
    package var maximum: Double

    /// Keras's defaults.
    package init(minimum: Double = -0.05, maximum: Double = 0.05) {
      self.minimum = minimum
      self.maximum = maximum
    }

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(shape: shape) { minimum + (maximum - minimum) * generator.uniform() }
    }

    package func check(at location: String) throws(Problem) {
      try checkFinite(["minimum": minimum, "maximum": maximum], at: location)
      guard minimum <= maximum else {
        throw Problem.data(
          location, expected: "a minimum that is not above the maximum",
          found: "minimum \(minimum), maximum \(maximum)")
      }
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Uniform in minimum…maximum.
  public static func uniform(minimum: Double = -0.05, maximum: Double = 0.05) -> any Initializer {
    Initializers.Uniform(minimum: minimum, maximum: maximum)
  }
}
