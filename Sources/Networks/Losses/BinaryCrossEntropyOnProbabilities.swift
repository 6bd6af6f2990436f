import Engine

extension Losses {
  /// Yes-or-no answers from probabilities: the network ends with a sigmoid.
  public struct BinaryCrossEntropyOnProbabilities: ElementwiseLoss {
    public static let kind = "binary_cross_entropy_on_probabilities"
    public static var usual: Self { Self() }
    public var target: LossTarget { .yesOrNo }
    public var output: LossOutput { .probabilities }
    public var term: any BinaryOp { BinaryCrossEntropyTerm() }

    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.BinaryCrossEntropyOnProbabilities {
  /// Yes-or-no answers from probabilities: the network ends with a sigmoid.
  public static var binaryCrossEntropyOnProbabilities: Self { Self() }
}
