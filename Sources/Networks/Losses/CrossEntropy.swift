import Engine

extension Losses {
  /// One class of many, from one score (logit) for each class: the network ends without activation.
  public struct CrossEntropy: Loss {
    public static let kind = "cross_entropy"
    public static var usual: Self { Self() }
    public var target: LossTarget { .classIndex }
    public var output: LossOutput { .scores }

    public func perExample(_ output: Node, _ target: Node) throws -> Node {
      try Ops.LogSumExp(axes: 1..<2)(output) - Ops.Pick()(output, target)
    }

    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.CrossEntropy {
  /// One class of many, from one score (logit) for each class: the network ends without activation.
  public static var crossEntropy: Self { Self() }
}
