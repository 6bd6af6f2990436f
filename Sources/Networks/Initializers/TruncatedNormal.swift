package import Engine

extension Initializers {
  /// Normal, drawn again while further than two deviations from the mean. What remains has a deviation
  /// of 0.8796 times the one given here, as in Keras.
  package struct TruncatedNormal: NormalInitializer {
    package static let kind = "truncated_normal"
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [.usual("mean", \.mean), .usual("deviation", \.deviation)]
    }

    /// The mean.
    package var mean: Double
    /// The deviation before numbers are drawn again.
    package var deviation: Double

    /// Keras's defaults.
    package init(mean: Double = 0, deviation: Double = 0.05) {
      self.mean = mean
      self.deviation = deviation
    }

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(shape: shape) { mean + deviation * generator.truncatedNormal() }
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Normal, drawn again while further than two deviations from the mean. What remains has a deviation
  /// of 0.8796 times the one given here, as in Keras.
  public static func truncatedNormal(mean: Double = 0, deviation: Double = 0.05) -> any Initializer
  {
    Initializers.TruncatedNormal(mean: mean, deviation: deviation)
  }
}
