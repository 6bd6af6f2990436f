package import Engine

extension Losses {
  /// Yes-or-no answers 0 or 1 from one score (logit) each: the network ends without activation.
  package struct BinaryCrossEntropy: ElementwiseLoss {
    package static let kind = "binary_cross_entropy"
    package static var usual: Self { Self() }
    package var target: LossTarget { .yesOrNo }
    package var output: LossOutput { .scores }
    package var term: any BinaryOp { BinaryCrossEntropyOnLogits() }

    /// There are no settings.
    package init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Yes-or-no answers 0 or 1 from one score (logit) each: the network ends without activation.
  public static var binaryCrossEntropy: any Loss { Losses.BinaryCrossEntropy() }
}
