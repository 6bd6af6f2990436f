extension Ops {
  /// Exponential linear unit (Clevert, Unterthiner, Hochreiter 2016).
  ///
  /// y = x where x > 0, else scale · (eˣ − 1); ∂y/∂x = 1 where x > 0, else y + scale.
  package struct ELU: UnaryOp, Hashable {
    package static let name = "elu"

    /// Minus the value far below 0; α in the paper.
    package var scale: Double

    /// The paper's α; 1 in Keras and PyTorch.
    package init(scale: Double = 1) { self.scale = scale }

    package func value<Q: Scalar>(_ x: Q) -> Q {
      .select(x, greaterThan: 0, x, else: Q(scale) * (.exp(x) - 1))
    }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(x, greaterThan: 0, 1, else: y + Q(scale))
    }

    package static let examples = [
      OpExample(ELU(), .numbers([5, 7], in: -3...3, avoiding: [0])),
      OpExample(ELU(scale: 0.5), .numbers([5, 7], in: -3...3, avoiding: [0])),
    ]
  }
}
