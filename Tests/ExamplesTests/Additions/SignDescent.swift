package import Engine

/// Steps of one size against the gradient's sign (Riedmiller and Braun 1993, without its growing steps).
///
/// w ← w − rate · sign(g).
package struct SignDescent: UpdateRule {
  package static let kind = "sign_descent"
  package static var usual: Self { Self() }
  package var state: [(name: String, initial: Double)] { [] }

  package func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    let sign: Q = .select(
      gradient, greaterThan: 0, 1, else: .select(0, greaterThan: gradient, -1, else: 0))
    return (parameter - rate * sign, [])
  }
}

extension Optimizer {
  /// Steps of one size against the gradient's sign.
  public static func signDescent(learningRate: Double = 0.001) -> Optimizer {
    Optimizer(SignDescent(), learningRate: learningRate)
  }
}
