import Engine

extension Losses {
  /// One class of many, from probabilities: the network ends with a softmax.
  public struct CrossEntropyOnProbabilities: Loss {
    public static let kind = "cross_entropy_on_probabilities"
    public static var usual: Self { Self() }
    public var target: LossTarget { .classIndex }
    public var output: LossOutput { .probabilities }

    public func perExample(_ output: Node, _ target: Node) throws -> Node {
      let total = try Ops.Sum(axes: 1..<2)(output)
      let epsilon = BinaryCrossEntropyTerm.epsilon
      let share = try Ops.Pick()(output, target) / total
      return try Ops.Negate()(Ops.Logarithm()(Ops.Clip(low: epsilon, high: 1 - epsilon)(share)))
    }

    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.CrossEntropyOnProbabilities {
  /// One class of many, from probabilities: the network ends with a softmax.
  public static var crossEntropyOnProbabilities: Self { Self() }
}
