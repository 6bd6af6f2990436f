extension Ops {
  /// A rectifier whose values end at 6, so that few bits hold them (Krizhevsky 2010; MobileNets use it). The
  /// slope at 0 and at 6 is 0.
  ///
  /// y = min(max(x, 0), 6); ∂y/∂x = 1 where 0 < x < 6, else 0.
  package struct ReLU6: UnaryOp, Hashable {
    package static let name = "relu6"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .min(.max(x, 0), 6) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(y, greaterThan: 0, .select(6, greaterThan: y, 1, else: 0), else: 0)
    }

    package static let examples = [
      OpExample(ReLU6(), .numbers([5, 7], in: -4...10, avoiding: [0, 6]))
    ]
  }
}
