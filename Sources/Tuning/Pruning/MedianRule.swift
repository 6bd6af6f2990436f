/// A trial whose best value is worse than the median of what the others had after as many epochs ends.
///
/// D. Golovin, B. Solnik, S. Moitra, G. Kochanski, J. Karro, D. Sculley, *Google Vizier: A Service for
/// Black-Box Optimization*, KDD 2017.
struct MedianRule: Sendable, Hashable {
  /// So many trials must have come so far.
  static let fewestTrials = 5
  /// The first epochs say little.
  let fewestEpochs: Int

  /// - Parameter epochs: the most that a trial has.
  init(epochs: Int) { fewestEpochs = max(1, epochs / 10) }

  /// Whether a trial goes on after its last epoch.
  func goesOn(_ trial: TuningTrial, among trials: [TuningTrial], _ objective: Objective) -> Bool {
    guard let epoch = trial.epochs.last?.epoch, epoch >= fewestEpochs,
      let own = trial.value(after: epoch).map(objective.cost)
    else { return true }
    let others = trials.filter { $0.number != trial.number && $0.state == .complete }
      .compactMap { $0.value(after: epoch).map(objective.cost) }.sorted()
    guard others.count >= Self.fewestTrials else { return true }
    return own <= others[others.count / 2]
  }
}
