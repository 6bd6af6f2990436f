import Engine
import HTTPTypes
import Hummingbird
import Logging

/// Around every request: its id, one line in the log, its metrics, errors as problem details, and headers
/// that keep browsers from misusing answers.
struct RequestEnvelope: RouterMiddleware {
  typealias Context = ServingContext

  let metrics: ServerMetrics
  let logger: Logger
  let activity: ServerActivity
  /// What each path takes.
  let methods: [String: [String]]

  func handle(
    _ request: Request, context: ServingContext,
    next: (Request, ServingContext) async throws -> Response
  ) async throws -> Response {
    activity.begin()
    metrics.requestBegins()
    var response: Response
    do {
      response = try await next(request, context)
    } catch {
      response = Self.response(to: meaning(of: error, request), context, logger)
    }
    if request.method == .head { response = response.createHeadResponse() }
    // A route may say a policy of its own.
    for field in Self.securityHeaders where response.headers[field.name] == nil {
      response.headers[field.name] = field.value
    }
    response.headers[.requestID] = context.requestID
    if activity.isEnding { response.headers[.connection] = "close" }
    let duration = ContinuousClock.now - context.arrived
    let route = context.endpointPath ?? "none"
    metrics.requestEnds(
      route, request.method.rawValue, response.status.code, duration)
    activity.end()
    logger.info(
      "request",
      metadata: [
        "id": "\(context.requestID)", "method": "\(request.method)", "route": "\(route)",
        "status": "\(response.status.code)", "ms": "\(duration.milliseconds)",
        "timing": "\(response.headers[.serverTiming] ?? "")",
      ])
    return response
  }

  /// A path that is known with another method is no unknown one.
  private func meaning(of error: any Error, _ request: Request) -> any Error {
    guard (error as? HTTPError)?.status == .notFound, let allowed = methods[request.uri.path] else {
      return error
    }
    return ServingProblem.unknownMethod(allowed: allowed)
  }

  private static func response(
    to error: any Error, _ context: ServingContext, _ logger: Logger
  ) -> Response {
    let id = context.requestID
    let problem: ProblemResponse
    switch error {
    case let error as ServingProblem: problem = ProblemResponse(error, id: id)
    case let error as Problem: problem = ProblemResponse(error, id: id)
    case let error as HTTPError where error.status == .notFound:
      problem = ProblemResponse(ServingProblem.unknownPath, id: id)
    case let error as HTTPError where error.status == .contentTooLarge:
      problem = ProblemResponse(ServingProblem.bodyTooLong(limit: 0), id: id)
    default: problem = ProblemResponse(ServingProblem.malformedRequest, id: id)
    }
    if problem.status.code >= 500, !(error is ServingProblem) {
      logger.error("request failed", metadata: ["id": "\(id)", "error": "\(error)"])
    }
    return Response(
      status: problem.status, headers: problem.fields,
      body: .init(byteBuffer: ByteBuffer(bytes: problem.body)))
  }

  private static let securityHeaders: HTTPFields = [
    .contentSecurityPolicy:
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
      + "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    .xContentTypeOptions: "nosniff",
    .referrerPolicy: "no-referrer",
    .crossOriginResourcePolicy: "same-origin",
    .cacheControl: "no-store",
  ]
}

extension HTTPField.Name {
  static let requestID = Self("X-Request-ID")!
  static let serverTiming = Self("Server-Timing")!
  static let referrerPolicy = Self("Referrer-Policy")!
}

/// Lets only requests in that call the server by its name and know a token.
struct EntryCheck: RouterMiddleware {
  typealias Context = ServingContext

  private let tokens: [[UInt8]]
  private let hosts: Set<String>
  /// Of paths that not only those with a token may ask, as the router calls them.
  private let access: [String: Route.Access]

  init(_ settings: ServingSettings, _ routes: [Route]) {
    access = Dictionary(
      routes.filter { $0.access != .tokens }.map { (RouterPath($0.path).description, $0.access) }
    ) { first, _ in first }
    tokens = settings.tokens.map { Array($0.utf8) }
    hosts = Set(
      (["localhost", "127.0.0.1", "[::1]", settings.host] + settings.allowedHosts)
        .map { $0.lowercased() })
  }

  func handle(
    _ request: Request, context: ServingContext,
    next: (Request, ServingContext) async throws -> Response
  ) async throws -> Response {
    let access = context.endpointPath.flatMap { self.access[$0] } ?? Route.Access.tokens
    guard access == .anybody || isKnown(host: request.head.authority) else {
      throw ServingProblem.unknownHost
    }
    guard access != .tokens || tokens.isEmpty || isKnown(request.headers[.authorization]) else {
      throw ServingProblem.unauthorized
    }
    return try await next(request, context)
  }

  /// A page of another site that a browser was led to has another host here.
  private func isKnown(host: String?) -> Bool {
    guard let host = host?.lowercased() else { return false }
    let isAddress = host.hasPrefix("[")
    let name = isAddress ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
    return hosts.contains(String(name))
  }

  private func isKnown(_ authorization: String?) -> Bool {
    guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
    let given = Array(authorization.dropFirst("bearer ".count).utf8)
    // Every token is compared whole, so that the time tells nothing of how far one fits.
    return tokens.reduce(false) { Self.isEqual($1, given) || $0 }
  }

  private static func isEqual(_ token: [UInt8], _ given: [UInt8]) -> Bool {
    var difference = UInt(bitPattern: token.count ^ given.count)
    for place in token.indices {
      difference |= UInt(token[place] ^ (given.isEmpty ? 0 : given[place % given.count]))
    }
    return difference == 0
  }
}
