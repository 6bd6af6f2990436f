package import Engine

extension Losses {
  /// One class of many, from one score (logit) for each class: the network ends without activation.
  package struct CrossEntropy: Loss {
    package static let kind = "cross_entropy"
    package static var usual: Self { Self() }
    package var target: LossTarget { .classIndex }
    package var output: LossOutput { .scores }

    package func perExample(_ output: Node, _ target: Node) throws -> Node {
      try Ops.LogSumExp(axes: 1..<2)(output) - Ops.Pick()(output, target)
    }

    /// There are no settings.
    package init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// One class of many, from one score (logit) for each class: the network ends without activation.
  public static var crossEntropy: any Loss { Losses.CrossEntropy() }
}
