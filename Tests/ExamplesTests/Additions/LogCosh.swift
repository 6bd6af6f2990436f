package import Engine

extension Losses {
  /// Mean over the outputs of log cosh(ŷ − y): squared for small differences, straight for large ones,
  /// and smooth between.
  package struct LogCosh: Loss {
    package static let kind = "log_cosh"
    package static var usual: Self { Self() }

    /// There are no settings.
    package init() {}

    /// log cosh d = |d| + log(1 + e^(−2|d|)) − log 2, in which nothing overflows.
    package func perExample(_ output: Node, _ target: Node) throws -> Node {
      let size = try (output - target).absolute()
      let errors = try size + (size * -2).softplus() - 0.6931471805599453
      return try errors.mean(axes: 1..<errors.shape.rank)
    }
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Mean over the outputs of log cosh(ŷ − y), a smooth relative of Huber's error.
  public static var logCosh: any Loss { Losses.LogCosh() }
}
