import CoreMetrics

/// What a log counts, for whoever watches the server.
struct LogMetrics: Sendable {
  let rows: Counter
  let dropped: Counter
  private let removed: Counter
  private let removedFeedback: Counter
  private let feedback: Counter
  private let contradictions: Counter
  private let unknownLabels: Counter

  init(_ factory: any MetricsFactory = NOOPMetricsHandler.instance) {
    func counter(_ name: String) -> Counter { Counter(label: "glassbox.\(name)", factory: factory) }
    rows = counter("log.rows")
    dropped = counter("log.dropped")
    removed = counter("log.removed")
    removedFeedback = counter("log.removed_feedback")
    feedback = counter("feedback")
    contradictions = counter("feedback.contradictions")
    unknownLabels = counter("feedback.unknown_labels")
  }

  func took(_ report: FeedbackReport) {
    feedback.increment(by: report.accepted)
    contradictions.increment(by: report.contradictions)
    unknownLabels.increment(by: report.unknownLabels)
  }

  func removed(_ count: (predictions: Int, feedback: Int)) {
    removed.increment(by: count.predictions)
    removedFeedback.increment(by: count.feedback)
  }
}
