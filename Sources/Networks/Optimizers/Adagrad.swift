import Engine

/// Divides each step by the root of the sum of all squared gradients so far (Duchi, Hazan, Singer
/// 2011).
///
/// s ← s + g²; w ← w − rate · g ÷ √(s + ε). Keras's form: s starts at 0.1 and ε = 1e-7; in PyTorch s
/// starts at 0 and ε = 1e-10 stands outside the root.
public struct Adagrad: UpdateRule {
  public static let name = "adagrad"

  public let initialSum: Double
  public let epsilon: Double

  public var state: [(name: String, initial: Double)] { [("s", initialSum)] }

  public func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    let s = state[0] + gradient * gradient
    return (parameter - rate * gradient / .sqrt(s + Q(epsilon)), [s])
  }
}

extension Optimizer {
  /// Adagrad with Keras's defaults.
  public static func adagrad(
    learningRate: Double = 0.001, initialSum: Double = 0.1, epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(
      Adagrad(initialSum: initialSum, epsilon: epsilon), learningRate: learningRate)
  }
}
