import Engine

extension Initializers {
  /// Uniform in minimum…maximum.
  public struct Uniform: Initializer {
    public static let kind = "uniform"
    public static let aliases = ["random_uniform"]
    public static var usual: Self { Self() }
    public static var settings: [Setting<Self>] {
      [.usual("minimum", \.minimum), .usual("maximum", \.maximum)]
    }

    /// The smallest number.
    public var minimum: Double
    /// The largest number.
    public var maximum: Double

    /// Keras's defaults.
    public init(minimum: Double = -0.05, maximum: Double = 0.05) {
      self.minimum = minimum
      self.maximum = maximum
    }

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(shape: shape) { minimum + (maximum - minimum) * generator.uniform() }
    }

    public func check(at location: String) throws(Problem) {
      try checkFinite(["minimum": minimum, "maximum": maximum], at: location)
      guard minimum <= maximum else {
        throw Problem.data(
          location, expected: "a minimum that is not above the maximum",
          found: "minimum \(minimum), maximum \(maximum)")
      }
    }
  }
}

extension Initializer where Self == Initializers.Uniform {
  /// Uniform in minimum…maximum.
  public static func uniform(minimum: Double = -0.05, maximum: Double = 0.05) -> Self {
    Self(minimum: minimum, maximum: maximum)
  }
}
