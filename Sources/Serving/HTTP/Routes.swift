import Engine
import HTTPTypes
import Hummingbird
import NIOCore
import Networks

/// What the server answers, path by path: the one list that routing, `Allow` headers and the description
/// at `/openapi.json` are made from.
struct Routes: Sendable {
  let slot: ModelSlot
  let settings: ServingSettings
  let queue: PredictionQueue
  let explanations: ExplanationQueue
  let metrics: ServerMetrics
  let activity: ServerActivity
  /// Nil where answers are not logged.
  var log: PredictionLog?
  let monitoring = ServerMonitoring()

  var all: [Route] {
    [
      Route(
        method: .post, path: "/predict", summary: "Answers for rows or images", isQuick: true,
        content: RouteContent(takes: .instances, gives: [.json(PredictionAnswer.self)]),
        answer: predict),
      Route(
        method: .post, path: "/explain", summary: "What an input contributes to its answer",
        content: RouteContent(
          query: ExplanationQuery.parameters, takes: .instance,
          gives: [.json(ExplanationAnswer.self), .other(contentType: "image/png")]),
        answer: explain),
      Route(
        method: .post, path: "/feedback", summary: "What was true of what was predicted",
        content: RouteContent(
          takes: .feedback, gives: [.json(FeedbackReport.self)], needsLog: true),
        answer: feedback),
      Route(
        method: .get, path: "/model", summary: "What answers",
        content: RouteContent(gives: [.json(ModelDescription.self)]), answer: model),
      Route(
        method: .get, path: "/limits", summary: "What is accepted at most",
        content: RouteContent(gives: [.json(ServingLimits.self)]), answer: limits),
      Route(
        method: .get, path: "/metrics", summary: "Counts, in Prometheus's format",
        content: RouteContent(gives: [.other(contentType: PrometheusMetrics.contentType)]),
        answer: counts),
      Route(
        method: .get, path: "/monitor", summary: "Drift, and how good answers were",
        content: RouteContent(
          query: Self.monitorParameters, gives: [.json(MonitorReport.self)], needsLog: true),
        answer: monitor),
      Route(
        method: .get, path: "/openapi.json", summary: "This description",
        content: RouteContent(gives: [.description]), answer: description),
      Route(
        method: .get, path: "/healthz", summary: "Whether the process lives", access: .anybody,
        isQuick: true,
        content: RouteContent(gives: [.other(contentType: Response.plainText)]), answer: health),
      Route(
        method: .get, path: "/readyz", summary: "Whether requests are taken", access: .anybody,
        isQuick: true,
        content: RouteContent(gives: [.other(contentType: Response.plainText)]), answer: readiness),
    ]
      + PageFile.server.map { $0.route() }
  }

  // MARK: Small answers

  private func limits(_ request: Request, _ context: ServingContext) throws -> Response {
    try Response(json: settings.limits)
  }

  private func counts(_ request: Request, _ context: ServingContext) -> Response {
    refreshMonitoring()
    return Response(
      text: metrics.text(queued: queue.count, logBytes: log?.bytes), PrometheusMetrics.contentType)
  }

  private func health(_ request: Request, _ context: ServingContext) -> Response {
    Response(text: "ok\n" + (log?.health.map { "prediction log: \($0)\n" } ?? ""))
  }

  private func readiness(_ request: Request, _ context: ServingContext) throws -> Response {
    guard activity.isReady() else { throw ServingProblem.ending }
    return Response(text: "ready\n")
  }

  private func model(_ request: Request, _ context: ServingContext) throws -> Response {
    try Response(json: ModelDescription(slot.model))
  }
}
