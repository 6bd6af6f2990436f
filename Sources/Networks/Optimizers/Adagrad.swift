package import Engine

/// Divides each step by the root of the sum of all squared gradients so far (Duchi, Hazan, Singer
/// 2011).
///
/// s ← s + g²; w ← w − rate · g ÷ √(s + ε). Keras's form: s starts at 0.1 and ε = 1e-7; in PyTorch s
/// starts at 0 and ε = 1e-10 stands outside the root.
package struct Adagrad: UpdateRule {
  package static let kind = "adagrad"
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] {
    [.usual("initial_sum", \.initialSum), .usual("epsilon", \.epsilon)]
  }

  /// What s starts at.
  package var initialSum = 0.1
  package var epsilon = 1e-7

  package var state: [(name: String, initial: Double)] { [("s", initialSum)] }

  package func update<Q: Scalar>(
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
