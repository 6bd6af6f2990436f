extension Ops {
  /// A rectifier that lets a little through below 0 (Maas, Hannun, Ng 2013).
  ///
  /// y = x where x > 0, else slope · x; ∂y/∂x = 1 where x > 0, else slope.
  package struct LeakyReLU: UnaryOp, Hashable {
    package static let name = "leaky relu"

    /// The slope below 0.
    package var slope: Double

    /// Keras's default slope is 0.2 as an activation (0.3 as a layer); PyTorch's is 0.01.
    package init(slope: Double = 0.2) { self.slope = slope }

    package func value<Q: Scalar>(_ x: Q) -> Q { .select(x, greaterThan: 0, x, else: Q(slope) * x) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(x, greaterThan: 0, 1, else: Q(slope))
    }

    package static let examples = [
      OpExample(LeakyReLU(), .numbers([5, 7], in: -2...2, avoiding: [0]))
    ]
  }
}
