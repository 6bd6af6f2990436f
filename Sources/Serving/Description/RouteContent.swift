import Engine
import Hummingbird
import Training

/// What a route reads and answers, as the description at `/openapi.json` says it.
package struct RouteContent: Sendable {
  enum Body: Sendable {
    /// Rows or images.
    case instances
    /// One row or image.
    case instance
    case feedback
  }

  enum Answer: Sendable {
    /// One value of a type, as JSON.
    case json(any (Decodable & Sendable).Type)
    /// The description of the server itself.
    case description
    /// Of another kind.
    case other(contentType: String)
  }

  /// What the query may hold.
  var query: [QueryParameter] = []
  var takes: Body?
  var gives: [Answer]
  /// Whether it answers from the log, which a server need not have.
  var needsLog = false

  init(
    query: [QueryParameter] = [], takes: Body? = nil, gives: [Answer], needsLog: Bool = false
  ) {
    (self.query, self.takes, self.gives, self.needsLog) = (query, takes, gives, needsLog)
  }

  /// Of a route that no description tells of.
  package init(query names: [String] = [], gives contentType: String) {
    self.init(
      query: names.map { QueryParameter(name: $0, description: "") { _ in nil } },
      gives: [.other(contentType: contentType)])
  }

  /// Statuses of refusals, beside those that every request can get.
  var refusals: [Int] {
    Array(
      Set(
        (takes == nil ? [] : [413, 415, 422, 504]) + (query.isEmpty ? [] : [422])
          + (needsLog ? [404] : []))
    ).sorted()
  }

  /// What any request can get: it is no HTTP or calls another host, has no token, comes too slowly, has too
  /// long headers, meets a fault of the server, or a server that ends or is busy.
  static let commonRefusals = [400, 401, 408, 431, 500, 503]

  /// Nothing that is asked for is passed over in silence.
  /// - Throws: `Problem` for a name in the query that means nothing here, or stands there twice.
  func check(_ request: Request) throws {
    guard takes != nil || !query.isEmpty else { return }
    var seen: Set<Substring> = []
    for (name, _) in request.uri.queryParameters {
      guard query.contains(where: { $0.name == name }) else {
        throw Problem.unknown("query", String(name), among: query.map(\.name))
      }
      guard seen.insert(name).inserted else {
        throw Problem.data("\(name)", expected: "each name once", found: "it twice")
      }
    }
  }
}

/// A part of a query.
struct QueryParameter: Sendable {
  let name: String
  let description: String
  /// What it may be for a model; nil where the model has no use for it.
  let schema: @Sendable (TrainedModel) -> Schema?
}
