package import Engine

extension Losses {
  /// One class of many, from probabilities: the network ends with a softmax.
  package struct CrossEntropyOnProbabilities: Loss {
    package static let kind = "cross_entropy_on_probabilities"
    package static var usual: Self { Self() }
    package var target: LossTarget { .classIndex }
    package var output: LossOutput { .probabilities }

    package func perExample(_ output: Node, _ target: Node) throws -> Node {
      let total = try Ops.Sum(axes: 1..<2)(output)
      let epsilon = BinaryCrossEntropyTerm.epsilon
      let share = try Ops.Pick()(output, target) / total
      return try Ops.Negate()(Ops.Logarithm()(Ops.Clip(low: epsilon, high: 1 - epsilon)(share)))
    }

    /// There are no settings.
    package init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// One class of many, from probabilities: the network ends with a softmax.
  public static var crossEntropyOnProbabilities: any Loss { Losses.CrossEntropyOnProbabilities() }
}
