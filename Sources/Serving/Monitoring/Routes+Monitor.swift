import Dispatch
import Engine
import Hummingbird
import Synchronization
import Training

/// Reads the log for reports, one at a time and beside the threads that answer.
final class ServerMonitoring: Sendable {
  private let queue = DispatchQueue(label: "glassbox.monitor", qos: .utility)
  private let lastBegin = Mutex<ContinuousClock.Instant?>(nil)

  /// So often are the gauges of `/metrics` made again, if somebody asks for them.
  static let interval = Duration.seconds(300)

  func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body() }) }
    }
  }

  /// Runs a body beside whoever asks, if the last run began long ago.
  func refresh(_ body: @escaping @Sendable () -> Void) {
    let isOld = lastBegin.withLock { last in
      let now = ContinuousClock.now
      if let last, now - last < Self.interval { return false }
      last = now
      return true
    }
    if isOld { queue.async(execute: body) }
  }
}

extension Routes {
  /// What monitoring sees in the log, of the model that answers now.
  func monitor(_ request: Request, _ context: ServingContext) async throws -> Response {
    guard let rows = try observed else { throw ServingProblem.noLog }
    func seconds(_ name: String, _ usual: String) throws -> Double {
      try TimeSpan.seconds(
        request.uri.queryParameters[Substring(name)].map(String.init) ?? usual, setting: name)
    }
    let (since, window) = (try seconds("since", "7d"), try seconds("window", "1d"))
    let report = try await monitoring.run { [model = slot.model] in
      try MonitorReport(of: model, rows: rows, since: since, window: window)
    }
    metrics.monitored(report)
    return try Response(json: report)
  }

  static let monitorParameters = [
    QueryParameter(
      name: "since", description: "How far back, such as `7d`, which is usual.",
      schema: { _ in TimeSpan.schema }),
    QueryParameter(
      name: "window", description: "How long each window is, such as `1d`, which is usual.",
      schema: { _ in TimeSpan.schema }),
  ]

  /// What was answered lately.
  private var observed: LogReader? {
    get throws { try log.map { try LogReader(path: $0.settings.path) } }
  }

  /// Keeps the gauges up to date for those who read nothing else.
  func refreshMonitoring() {
    guard let rows = try? observed else { return }
    monitoring.refresh { [model = slot.model, metrics] in
      // What goes wrong here is said to who asks for the report itself.
      if let report = try? MonitorReport(of: model, rows: rows, since: 7 * 86_400) {
        metrics.monitored(report)
      }
    }
  }
}

extension ServerMetrics {
  /// The numbers of a report, as gauges. Columns are told apart by their names alone.
  func monitored(_ report: MonitorReport) {
    gauge("glassbox.drift.detected", report.hasDrifted ? 1 : 0)
    gauge("glassbox.monitored_rows", Double(report.rows))
    for column in report.columns {
      let label = ("column", column.name)
      gauge("glassbox.drift.psi", column.psi, label)
      gauge("glassbox.drift.p_value", column.correctedPValue, label)
      gauge("glassbox.drift.column_detected", column.verdict == .drift ? 1 : 0, label)
      gauge("glassbox.missing_share", column.missing, label)
      gauge("glassbox.unseen_share", column.unseen, label)
      gauge("glassbox.out_of_range_share", column.outOfRange, label)
    }
    gauge("glassbox.observed_accuracy", report.performance?.accuracy?.value)
    gauge("glassbox.labelled_rows", report.performance.map { Double($0.rows) })
    gauge("glassbox.calibration_error", report.performance?.calibrationError)
    gauge("glassbox.estimated_accuracy", report.estimate?.value)
  }
}
