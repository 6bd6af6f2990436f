import Engine

extension Losses {
  /// Yes-or-no answers 0 or 1 from one score (logit) each: the network ends without activation.
  public struct BinaryCrossEntropy: ElementwiseLoss {
    public static let kind = "binary_cross_entropy"
    public static var usual: Self { Self() }
    public var target: LossTarget { .yesOrNo }
    public var output: LossOutput { .scores }
    public var term: any BinaryOp { BinaryCrossEntropyOnLogits() }

    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.BinaryCrossEntropy {
  /// Yes-or-no answers 0 or 1 from one score (logit) each: the network ends without activation.
  public static var binaryCrossEntropy: Self { Self() }
}
