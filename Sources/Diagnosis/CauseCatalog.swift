/// Every cause that is looked for. Checks and pages loop over this list and keep no other.
public enum CauseCatalog {
  /// In the order in which one explains the other: what comes first produces the signs of what
  /// comes later, so the first one confirmed is the one to mend.
  public static let causes: [any Cause.Type] = [
    UnusableData.self, ConstantData.self, LossMismatch.self, Frozen.self, UnscaledInput.self,
    UnscaledTarget.self, EqualUnits.self, LargeWeights.self, SmallWeights.self,
    VanishingGradients.self, ExplodingGradients.self, SmallBatch.self, LargeLearningRate.self,
    DeadReLU.self, Saturation.self, ClippedAway.self, StrongPenalty.self, StrongDropout.self,
    LargeBatch.self, SmallLearningRate.self, ClassImbalance.self, FewExamples.self,
    UnrelatedLabels.self,
  ]
}
