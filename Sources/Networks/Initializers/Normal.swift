package import Engine

extension Initializers {
  /// Normal.
  package struct Normal: NormalInitializer {
    package static let kind = "normal"
    package static let aliases = ["random_normal"]
    package static var usual: Self { Self() }
    package static var settings: [Setting<Self>] {
      [.usual("mean", \.mean), .usual("deviation", \.deviation)]
    }

    /// The mean.
    package var mean: Double
    /// The deviation.
    package var deviation: Double

    /// Keras's defaults.
    package init(mean: Double = 0, deviation: Double = 0.05) {
      self.mean = mean
      self.deviation = deviation
    }

    package func values(shape: TensorShape, generator: inout RandomGenerator) -> Tensor {
      Tensor(shape: shape) { mean + deviation * generator.normal() }
    }
  }
}

extension Initializer where Self == Initializers.GlorotUniform {
  /// Normal.
  public static func normal(mean: Double = 0, deviation: Double = 0.05) -> any Initializer {
    Initializers.Normal(mean: mean, deviation: deviation)
  }
}
