package import Engine

extension Losses {
  /// Yes-or-no answers from probabilities: the network ends with a sigmoid.
  package struct BinaryCrossEntropyOnProbabilities: ElementwiseLoss {
    package static let kind = "binary_cross_entropy_on_probabilities"
    package static var usual: Self { Self() }
    package var target: LossTarget { .yesOrNo }
    package var output: LossOutput { .probabilities }
    package var term: any BinaryOp { BinaryCrossEntropyTerm() }

    /// There are no settings.
    package init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Yes-or-no answers from probabilities: the network ends with a sigmoid.
  public static var binaryCrossEntropyOnProbabilities: any Loss {
    Losses.BinaryCrossEntropyOnProbabilities()
  }
}
