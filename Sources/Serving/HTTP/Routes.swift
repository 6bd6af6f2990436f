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

  /// One method of one path.
  struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let summary: String
    /// Whether it takes no longer than reading a request does; all others leave the threads that read to
    /// the other requests.
    var isQuick = false
    let content: RouteContent
    let answer: @Sendable (Request, ServingContext) async throws -> Response
  }

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
        method: .get, path: "/healthz", summary: "Whether the process lives", isQuick: true,
        content: RouteContent(gives: [.other(contentType: Self.plainText)]), answer: health),
      Route(
        method: .get, path: "/readyz", summary: "Whether requests are taken", isQuick: true,
        content: RouteContent(gives: [.other(contentType: Self.plainText)]), answer: readiness),
    ]
      + PageFile.allCases.map { file in
        Route(
          method: .get, path: file.path, summary: file.summary,
          content: RouteContent(gives: [.other(contentType: file.contentType)])
        ) { _, _ in
          Self.bytes(file.content, file.contentType)
        }
      }
  }

  /// A router that answers them, and the headers of each `GET` alone for `HEAD`.
  static func router() -> Router<ServingContext> {
    Router(context: ServingContext.self, options: [.autoGenerateHeadEndpoints])
  }

  func add(to router: Router<ServingContext>) {
    for route in all {
      router.on(RouterPath(route.path), method: route.method) { request, context in
        try route.content.check(request)
        if route.isQuick { return try await route.answer(request, context) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
          try await route.answer(request, context)
        }
      }
    }
  }

  /// What each path takes, for requests with other methods.
  var methods: [String: [String]] {
    Dictionary(grouping: all, by: \.path).mapValues { routes in
      let methods = routes.map(\.method.rawValue)
      return methods.contains("GET") ? methods + ["HEAD"] : methods
    }
  }

  // MARK: Small answers

  private func limits(_ request: Request, _ context: ServingContext) throws -> Response {
    try Self.json(settings.limits)
  }

  private func counts(_ request: Request, _ context: ServingContext) -> Response {
    refreshMonitoring()
    return Self.text(
      metrics.text(queued: queue.count, logBytes: log?.bytes), PrometheusMetrics.contentType)
  }

  private func health(_ request: Request, _ context: ServingContext) -> Response {
    Self.text("ok\n" + (log?.health.map { "prediction log: \($0)\n" } ?? ""))
  }

  private func readiness(_ request: Request, _ context: ServingContext) throws -> Response {
    guard activity.isReady() else { throw ServingProblem.ending }
    return Self.text("ready\n")
  }

  private func model(_ request: Request, _ context: ServingContext) throws -> Response {
    try Self.json(ModelDescription(slot.model))
  }

  // MARK: Bodies

  static func json(_ value: some Encodable) throws -> Response {
    bytes(try JSONText.bytes(of: value), "application/json")
  }

  private static let plainText = "text/plain; charset=utf-8"

  static func text(_ text: String, _ type: String = plainText) -> Response {
    bytes(Array(text.utf8), type)
  }

  static func bytes(_ bytes: [UInt8], _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
