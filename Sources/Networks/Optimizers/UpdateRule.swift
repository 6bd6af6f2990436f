public import Engine

/// How one parameter is changed by its gradient: the formula of an optimiser, written once.
///
/// Each file of this folder is one rule. The update runs as part of the training program, element by
/// element, in one pass over parameter, gradient and state.
public protocol UpdateRule: Component {
  /// Names of the numbers kept for each element of a parameter, and their first values.
  var state: [(name: String, initial: Double)] { get }
  /// Names of the numbers kept once for all parameters; they start at 0.
  var counters: [String] { get }
  /// The counters of the next step, from those of the last.
  func count<Q: Scalar>(_ counters: [Q]) -> [Q]
  /// The new parameter and its new state.
  func update<Q: Scalar>(
    _ parameter: Q, gradient: Q, state: [Q], counters: [Q], rate: Q
  ) -> (parameter: Q, state: [Q])
  /// The usual learning rate.
  var usualLearningRate: Double { get }
}

extension UpdateRule {
  public var counters: [String] { [] }
  public func count<Q: Scalar>(_ counters: [Q]) -> [Q] { [] }
  public var usualLearningRate: Double { 0.001 }
}

/// All update rules.
public enum UpdateRules: Family {
  public typealias Member = any UpdateRule
  public static let word = "optimizer"
  public static let standard: [any Configurable.Type] = [
    Adagrad.self, Adam.self, RMSProp.self, StochasticGradientDescent.self,
  ]
}
