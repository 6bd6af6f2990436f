import Engine
package import HTTPTypes
package import Hummingbird
import NIOCore
import Networks

/// One method of one path of a server.
package struct Route: Sendable {
  /// Who is answered.
  package enum Access: Sendable {
    /// Probes too, which know neither name nor token.
    case anybody
    /// Whoever calls the server by its name: a browser asks for a page without a token, and the page then asks
    /// its reader for it.
    case knownHosts
    /// Whoever also brings a token, where the server has any.
    case tokens
  }

  let method: HTTPRequest.Method
  let path: String
  let summary: String
  var access: Access
  /// Whether it takes no longer than reading a request does; all others leave the threads that read to
  /// the other requests.
  var isQuick: Bool
  let content: RouteContent
  let answer: @Sendable (Request, ServingContext) async throws -> Response

  package init(
    method: HTTPRequest.Method, path: String, summary: String, access: Access = .tokens,
    isQuick: Bool = false, content: RouteContent,
    answer: @escaping @Sendable (Request, ServingContext) async throws -> Response
  ) {
    (self.method, self.path, self.summary) = (method, path, summary)
    (self.access, self.isQuick, self.content, self.answer) = (access, isQuick, content, answer)
  }
}

extension Sequence<Route> {
  /// What each path takes, for requests with other methods.
  var methods: [String: [String]] {
    Dictionary(grouping: self, by: \.path).mapValues { routes in
      let methods = routes.map(\.method.rawValue)
      return methods.contains("GET") ? methods + ["HEAD"] : methods
    }
  }

  /// A router that answers them, and the headers of each `GET` alone for `HEAD`, behind some checks.
  func router(
    @MiddlewareFixedTypeBuilder<Request, Response, ServingContext> behind checks: () ->
      some MiddlewareProtocol<Request, Response, ServingContext>
  ) -> Router<ServingContext> {
    let router = Router(context: ServingContext.self, options: [.autoGenerateHeadEndpoints])
    router.addMiddleware(buildMiddlewareStack: checks)
    for route in self {
      router.on(RouterPath(route.path), method: route.method) { request, context in
        try route.content.check(request)
        if route.isQuick { return try await route.answer(request, context) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
          try await route.answer(request, context)
        }
      }
    }
    return router
  }
}

extension Response {
  package static let plainText = "text/plain; charset=utf-8"

  package init(json value: some Encodable) throws {
    self.init(try JSONText.bytes(of: value), "application/json")
  }

  package init(text: String, _ type: String = Response.plainText) {
    self.init(Array(text.utf8), type)
  }

  package init(_ bytes: [UInt8], _ type: String) {
    self.init(
      status: .ok, headers: [.contentType: type],
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
