import Formatting

extension TrainingLoop {
  /// What was kept and why training ended, in one sentence.
  static func sentence(
    _ reason: TrainingOutcome.Reason, _ state: TrainingState, _ plan: TrainingPlan,
    isValidated: Bool
  ) -> String {
    guard let best = state.best.epoch, let loss = state.best.loss else {
      return "Stopped before the first epoch was finished; the weights are as the last step left "
        + "them."
    }
    let what = isValidated ? "validation" : "training"
    let kept =
      "Kept epoch \(best) of \(state.epochsDone), the best \(what) loss (\(loss.shortText))"
    switch reason {
    case .finished: return "\(kept); all \(plan.epochs) epochs were run."
    case .interrupted: return "\(kept); stopped on request."
    case .stoppedEarly:
      return "\(kept); stopped because it did not fall for \(state.best.waited) epochs."
    }
  }
}
