import Formatting
package import Networks
import Training

extension Optimizer {
  /// The highest learning rate that a remedy may recommend: a hundred times the rule's usual one (1 for
  /// plain gradient descent, 0.1 for Adam, RMSprop and Adagrad), divided by the 1 ÷ (1 − momentum) by
  /// which momentum lengthens steps.
  package var largestRecommendedRate: Double {
    let momentum =
      (rule as? StochasticGradientDescent)?.momentum ?? (rule as? RMSProp)?.momentum ?? 0
    return 100 * rule.usualLearningRate * (1 - min(max(momentum, 0), 0.999))
  }

  /// The rates that remedies try: the highest to a ten-thousandth of it, those nearest to the rule's usual
  /// one, a hundredth, first.
  private var recommendedRates: [Double] {
    [0.01, 0.1, 0.001, 1, 0.0001].map { largestRecommendedRate * $0 }
  }

  /// The recommended rates clearly below the present one.
  var lowerRates: [Double] { recommendedRates.filter { $0 < learningRate / 2 } }

  /// The recommended rates clearly above the present one.
  var higherRates: [Double] { recommendedRates.filter { $0 > learningRate * 2 } }
}

extension Remedy {
  static func learningRate(
    _ rate: Double, _ setup: TrainingSetup, judgement: Trial.Judgement
  ) -> Remedy {
    Remedy(
      "set the learning rate to \(rate.shortText): `learning_rate: \(rate.shortText)`",
      changing: setup, judgement: judgement
    ) { $0.plan.optimizer.learningRate = rate }.done(by: ["learning_rate": rate.shortText])
  }
}
