import CoreMetrics
import Synchronization

/// What a server counts, under the names that dashboards know.
struct ServerMetrics: Sendable {
  private let factory = PrometheusMetrics(help: [
    "http_server_request_duration_seconds": "Time from the headers of a request to its answer.",
    "http_server_active_requests": "Requests that are being answered.",
    "glassbox_prediction_queue_duration_seconds": "Time that requests waited for a thread.",
    "glassbox_prediction_compute_duration_seconds":
      "Time that the network and the preparation of its inputs took, of a whole batch.",
    "glassbox_predictions_total": "Rows and images that were answered.",
    "glassbox_queued_requests": "Requests that wait for a thread.",
    "glassbox_log_rows_total": "Rows that were written to the log of predictions.",
    "glassbox_log_dropped_total": "Rows that were not logged, for lack of room or time.",
    "glassbox_log_removed_total": "Rows that left the log for its size or their age.",
    "glassbox_log_removed_feedback_total": "Feedback that left the log with its predictions.",
    "glassbox_log_bytes": "Bytes that the rows of the log take.",
    "glassbox_feedback_total": "True answers that were taken.",
    "glassbox_feedback_contradictions_total": "True answers that differ from earlier ones.",
    "glassbox_feedback_unknown_labels_total": "True answers of classes that the model lacks.",
    "glassbox_drift_detected": "1 where any column has drifted, else 0.",
    "glassbox_drift_psi": "Population stability index of a column, less what chance adds.",
    "glassbox_drift_p_value": "Of the test for drift, corrected for all columns.",
    "glassbox_drift_column_detected": "1 where the column has drifted, else 0.",
    "glassbox_missing_share": "Share of missing values.",
    "glassbox_unseen_share": "Share of categories that training did not see.",
    "glassbox_out_of_range_share": "Share of numbers beyond those of training.",
    "glassbox_monitored_rows": "Rows that monitoring looked at.",
    "glassbox_labelled_rows": "Rows with feedback that monitoring looked at.",
    "glassbox_observed_accuracy": "Share of right answers among rows with feedback.",
    "glassbox_calibration_error": "Mean distance of probabilities from the share that is right.",
    "glassbox_estimated_accuracy":
      "Accuracy that the model's own probabilities promise; an estimate.",
  ])
  private let timers = Cache()
  private let active: Meter
  private let queueTime: CoreMetrics.Timer
  private let computeTime: CoreMetrics.Timer
  private let predictions: Counter
  private let queued: Meter

  /// Timers by route, method and status, which are looked up for every request.
  private final class Cache: Sendable {
    struct Key: Hashable {
      let route: String
      let method: String
      let status: Int
    }
    let timers = Mutex<[Key: CoreMetrics.Timer]>([:])
  }

  init() {
    active = Meter(label: "http.server.active_requests", factory: factory)
    queueTime = CoreMetrics.Timer(
      label: "glassbox.prediction.queue.duration", factory: factory)
    computeTime = CoreMetrics.Timer(
      label: "glassbox.prediction.compute.duration", factory: factory)
    predictions = Counter(label: "glassbox.predictions", factory: factory)
    queued = Meter(label: "glassbox.queued_requests", factory: factory)
  }

  private static let methods: Set = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
  ]

  func requestBegins() { active.increment() }

  func requestEnds(_ route: String, _ method: String, _ status: Int, _ duration: Duration) {
    active.decrement()
    // As OpenTelemetry calls those that clients think up, of which there may be any number.
    let method = Self.methods.contains(method) ? method : "_OTHER"
    let key = Cache.Key(route: route, method: method, status: status)
    let timer = timers.timers.withLock { timers in
      if let timer = timers[key] { return timer }
      let timer = CoreMetrics.Timer(
        label: "http.server.request.duration",
        dimensions: [
          ("http.request.method", method), ("http.route", route),
          ("http.response.status_code", "\(status)"),
        ], factory: factory)
      timers[key] = timer
      return timer
    }
    timer.recordNanoseconds(duration.nanoseconds)
  }

  func answered(_ answer: PredictionQueue.Answer) {
    queueTime.recordNanoseconds(answer.queued.nanoseconds)
    computeTime.recordNanoseconds(answer.computed.nanoseconds)
    predictions.increment(by: answer.predictions.count)
  }

  /// What a log counts.
  func ofLog() -> LogMetrics { LogMetrics(factory) }
  /// Sets a gauge; one whose number is unknown is NaN, as Prometheus writes it.
  func gauge(_ label: String, _ value: Double?, _ dimensions: (String, String)...) {
    let meter = factory.makeMeter(label: label, dimensions: dimensions)
    meter.set(value ?? .nan)
  }

  /// In Prometheus's text format.
  func text(queued count: Int, logBytes: Int?) -> String {
    queued.set(count)
    if let logBytes { Meter(label: "glassbox.log.bytes", factory: factory).set(logBytes) }
    return factory.text
  }
}

extension Duration {
  var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
  /// Rounded to a microsecond.
  var milliseconds: Double { Double(nanoseconds / 1000) / 1000 }
}
