package import Engine

/// Momentum, divided by a running root mean square of the gradient, both corrected for their start at
/// 0 (Kingma, Ba 2015).
///
/// m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; w ← w − rate · √c₂ ÷ c₁ · m ÷ (√v + ε), where
/// c = 1 − βᵗ after t steps. The corrections are themselves running means, of ones: c ← βc + (1 − β).
/// Keras's form, with ε = 1e-7; PyTorch adds its ε = 1e-8 to √(v ÷ c₂) instead.
package struct Adam: UpdateRule {
  package static let kind = "adam"
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] {
    [.usual("beta1", \.beta1), .usual("beta2", \.beta2), .usual("epsilon", \.epsilon)]
  }

  /// How slowly the mean m follows.
  package var beta1 = 0.9
  /// How slowly the mean square v follows.
  package var beta2 = 0.999
  package var epsilon = 1e-7

  package var state: [(name: String, initial: Double)] { [("m", 0), ("v", 0)] }
  package var counters: [String] { ["c₁", "c₂"] }

  package func count<Q: Scalar>(_ counters: [Q]) -> [Q] {
    [Q(beta1) * counters[0] + Q(1 - beta1), Q(beta2) * counters[1] + Q(1 - beta2)]
  }

  package func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    let m = Q(beta1) * state[0] + Q(1 - beta1) * gradient
    let v = Q(beta2) * state[1] + Q(1 - beta2) * (gradient * gradient)
    let step = rate * .sqrt(counters[1]) / counters[0]
    return (parameter - step * m / (.sqrt(v) + Q(epsilon)), [m, v])
  }
}

extension Optimizer {
  /// Adam with Keras's defaults.
  public static func adam(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(
      Adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate)
  }

  /// Adam with decoupled weight decay (Loshchilov, Hutter 2019). Keras's default decay is 0.004,
  /// PyTorch's 0.01.
  public static func adamW(
    learningRate: Double = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-7
  ) -> Optimizer {
    Optimizer(
      Adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate,
      weightDecay: weightDecay)
  }
}
