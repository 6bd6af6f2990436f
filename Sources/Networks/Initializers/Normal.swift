import Engine

extension Initializers {
  /// Normal.
  public struct Normal: Initializer {
    public static let kind = "normal"
    public static let aliases = ["random_normal"]
    public static var usual: Self { Self() }
    public static var settings: [Setting<Self>] {
      [.usual("mean", \.mean), .usual("deviation", \.deviation)]
    }

    /// The mean.
    public var mean: Double
    /// The deviation.
    public var deviation: Double

    /// Keras's defaults.
    public init(mean: Double = 0, deviation: Double = 0.05) {
      self.mean = mean
      self.deviation = deviation
    }

    public func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(shape: shape) { mean + deviation * generator.normal() }
    }

    public func check(at location: String) throws(Problem) {
      try checkFinite(["mean": mean, "deviation": deviation], at: location)
      guard deviation >= 0 else {
        throw Problem.data(
          "\(location).deviation", expected: "at least 0", found: "\(deviation)")
      }
    }
  }
}

extension Initializer where Self == Initializers.Normal {
  /// Normal.
  public static func normal(mean: Double = 0, deviation: Double = 0.05) -> Self {
    Self(mean: mean, deviation: deviation)
  }
}
