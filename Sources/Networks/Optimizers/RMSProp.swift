package import Engine

/// Divides each step by a running root mean square of the gradient (Hinton 2012, lecture 6e).
///
/// v ← decay · v + (1 − decay) · g²; step = rate · g ÷ √(v + ε); w ← w − step. Centred: v − a² in place
/// of v, with a the running mean of g. With momentum: m ← momentum · m + step, w ← w − m. Keras's form
/// and defaults; PyTorch has decay 0.99 and ε = 1e-8 outside the root.
package struct RMSProp: UpdateRule {
  package static let kind = "rmsprop"
  package static var usual: Self { Self() }
  package static var settings: [Setting<Self>] {
    [
      .usual("decay", \.decay), .usual("momentum", \.momentum), .usual("epsilon", \.epsilon),
      .usual("centered", \.centered),
    ]
  }

  package var decay = 0.9
  package var momentum = 0.0
  package var epsilon = 1e-7
  package var centered = false

  package var state: [(name: String, initial: Double)] {
    [("v", 0)] + (centered ? [("a", 0)] : []) + (momentum == 0 ? [] : [("m", 0)])
  }

  package func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q]) {
    let v = Q(decay) * state[0] + Q(1 - decay) * (gradient * gradient)
    var new = [v]
    var spread = v
    if centered {
      let a = Q(decay) * state[1] + Q(1 - decay) * gradient
      new.append(a)
      spread = v - a * a
    }
    let step = rate * gradient / .sqrt(spread + Q(epsilon))
    guard momentum != 0 else { return (parameter - step, new) }
    let m = Q(momentum) * state[new.count] + step
    return (parameter - m, new + [m])
  }
}

extension Optimizer {
  /// RMSProp with Keras's defaults.
  public static func rmsprop(
    learningRate: Double = 0.001, decay: Double = 0.9, momentum: Double = 0,
    epsilon: Double = 1e-7, centered: Bool = false
  ) -> Optimizer {
    Optimizer(
      RMSProp(decay: decay, momentum: momentum, epsilon: epsilon, centered: centered),
      learningRate: learningRate)
  }
}
