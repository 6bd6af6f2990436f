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
    let answer: @Sendable (Request, ServingContext) async throws -> Response
  }

  var all: [Route] {
    [
      Route(
        method: .post, path: "/predict", summary: "Answers for rows or images", isQuick: true,
        answer: predict),
      Route(
        method: .post, path: "/explain", summary: "What an input contributes to its answer",
        answer: explain),
      Route(
        method: .post, path: "/feedback", summary: "What was true of what was predicted",
        answer: feedback),
      Route(method: .get, path: "/model", summary: "What answers", answer: model),
      Route(method: .get, path: "/limits", summary: "What is accepted at most", answer: limits),
      Route(
        method: .get, path: "/metrics", summary: "Counts, in Prometheus's format", answer: counts),
      Route(
        method: .get, path: "/monitor", summary: "Drift, and how good answers were",
        answer: monitor),
      Route(
        method: .get, path: "/healthz", summary: "Whether the process lives", isQuick: true,
        answer: health),
      Route(
        method: .get, path: "/readyz", summary: "Whether requests are taken", isQuick: true,
        answer: readiness),
    ]
      + PageFile.allCases.map { file in
        Route(method: .get, path: file.path, summary: file.summary) { _, _ in
          Self.bytes(file.content, file.contentType)
        }
      }
  }

  func add(to router: Router<ServingContext>) {
    let routes = all
    for path in Set(routes.map(\.path)) {
      let own = routes.filter { $0.path == path }
      for route in own {
        router.on(RouterPath(path), method: route.method) { request, context in
          if route.isQuick { return try await route.answer(request, context) }
          return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await route.answer(request, context)
          }
        }
      }
      let allowed = own.map(\.method.rawValue)
      for method in [HTTPRequest.Method.get, .head, .post, .put, .delete, .patch, .options]
      where !allowed.contains(method.rawValue) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in
          throw ServingProblem.unknownMethod(allowed: allowed)
        }
      }
    }
  }

  // MARK: Small answers

  private func limits(_ request: Request, _ context: ServingContext) throws -> Response {
    try Self.json(settings.limits)
  }

  private func counts(_ request: Request, _ context: ServingContext) -> Response {
    refreshMonitoring()
    return Self.text(
      metrics.text(queued: queue.count, logBytes: log?.bytes),
      "text/plain; version=0.0.4; charset=utf-8")
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

  static func text(_ text: String, _ type: String = "text/plain; charset=utf-8") -> Response {
    bytes(Array(text.utf8), type)
  }

  static func bytes(_ bytes: [UInt8], _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
