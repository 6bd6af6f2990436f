/// Asynchronous successive halving: after a few epochs only the best third of the trials that came so far goes
/// on, after three times as many the best third of these, and so on. Nobody waits for others: a trial that
/// stopped is taken up again when enough others came to its rung that it is among the best third.
///
/// L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-tzur, M. Hardt, B. Recht, A. Talwalkar, *A System
/// for Massively Parallel Hyperparameter Tuning*, MLSys 2020.
struct SuccessiveHalving: Sendable, Hashable {
  /// After how many epochs it is decided, ascending.
  let rungs: [Int]

  static let factor = 3
  private static let mostRungs = 3

  /// - Parameter epochs: the most that a trial has.
  init(epochs: Int) {
    var rungs: [Int] = []
    var rung = epochs / Self.factor
    while rung >= 1, rungs.count < Self.mostRungs {
      rungs.append(rung)
      rung /= Self.factor
    }
    self.rungs = rungs.reversed()
  }

  /// Whether a trial that has just come to a rung goes on. Between rungs it does.
  func goesOn(_ trial: TuningTrial, among trials: [TuningTrial], _ objective: Objective) -> Bool {
    guard let last = trial.epochs.last?.epoch, rungs.contains(last) else { return true }
    return isAmongBest(trial, at: last, of: trials, objective)
  }

  /// The stopped trial that is taken up again next; nil if there is none.
  func promoted(_ trials: [TuningTrial], _ objective: Objective) -> TuningTrial? {
    for rung in rungs.reversed() {
      let best = trials.filter {
        $0.state == .pruned && $0.epochs.last?.epoch == rung
          && isAmongBest($0, at: rung, of: trials, objective)
      }.min { cost($0, rung, objective) < cost($1, rung, objective) }
      if let best { return best }
    }
    return nil
  }

  private func isAmongBest(
    _ trial: TuningTrial, at rung: Int, of trials: [TuningTrial], _ objective: Objective
  ) -> Bool {
    let own = cost(trial, rung, objective)
    // A trial that ended before the rung has its last value there.
    let others = trials.filter {
      $0.number != trial.number && ($0.epochs.count >= rung || $0.state == .complete)
    }
    let better = others.count { other in
      let cost = cost(other, rung, objective)
      return cost < own || cost == own && other.number < trial.number
    }
    return better < max(1, (others.count + 1) / Self.factor)
  }

  private func cost(_ trial: TuningTrial, _ rung: Int, _ objective: Objective) -> Double {
    trial.value(after: rung).map(objective.cost) ?? .infinity
  }
}
