import Platform
import Training

extension MonitorReport {
  /// What was seen of a model.
  ///
  /// - Parameters:
  ///   - rows: where they are kept; those of other models are left out.
  ///   - since: so many seconds back from now; nil for all.
  ///   - window: seconds of the stretches of time that are shown one by one.
  /// - Throws: `Problem` for a model without a summary of its training data, and what reading throws.
  public init(
    of model: ServedModel, rows: any ObservedRows, since: Double? = nil, window: Double = 86_400,
    rule: DriftRule = DriftRule()
  ) throws {
    var monitor = try ModelMonitor(model.trained, rule: rule, window: window)
    let now = SystemClock.milliseconds
    let start = since.map { now - min(now, UInt64($0 * 1000)) } ?? 0
    try rows.forEachRow(ofModel: model.identity.hash, since: start) { monitor.add($0) }
    self = try monitor.report()
  }
}
