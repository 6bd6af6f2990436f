package import Engine

/// Against the gradient; with momentum, also along the last steps; with Nesterov's momentum, by the
/// gradient a step ahead (Polyak 1964; Nesterov 1983; Sutskever et al. 2013).
///
/// Plain: w ← w − rate · g. Momentum: m ← momentum · m − rate · g, w ← w + m. Nesterov:
/// w ← w + momentum · m − rate · g with the new m. This is Keras's form; PyTorch keeps the rate out of
/// m, which is the same as long as the rate does not change.
package struct StochasticGradientDescent: UpdateRule {
  package static let kind = "sgd"
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] {
    [.usual("momentum", \.momentum), .usual("nesterov", \.nesterov)]
  }

  /// How much of the last step goes on; 0 for none.
  package var momentum = 0.0
  package var nesterov = false

  package var state: [(name: String, initial: Double)] { momentum == 0 ? [] : [("m", 0)] }
  package var usualLearningRate: Double { 0.01 }

  package func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    guard momentum != 0 else { return (parameter - rate * gradient, []) }
    let m = Q(momentum) * state[0] - rate * gradient
    return (nesterov ? parameter + Q(momentum) * m - rate * gradient : parameter + m, [m])
  }
}

extension Optimizer {
  /// Stochastic gradient descent. Keras's and PyTorch's defaults but for the rate, which PyTorch sets
  /// to 0.001.
  public static func sgd(
    learningRate: Double = 0.01, momentum: Double = 0, nesterov: Bool = false
  ) -> Optimizer {
    Optimizer(
      StochasticGradientDescent(momentum: momentum, nesterov: nesterov),
      learningRate: learningRate)
  }
}
