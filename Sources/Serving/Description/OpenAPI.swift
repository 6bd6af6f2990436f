import Datasets
import Engine
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Training

/// The description of a server in OpenAPI 3.1, made from its routes, the types of their answers and the
/// columns of its model.
struct OpenAPI: Encodable, Sendable {
  struct Info: Encodable, Sendable {
    var title: String
    var version: String
    var description: String
  }

  struct Operation: Encodable, Sendable {
    var operationId: String
    var summary: String
    var parameters: [Parameter]?
    var requestBody: Body?
    var responses: [String: Outcome]
    /// Empty where no token is asked for.
    var security: [[String: [String]]]?
  }

  struct Parameter: Encodable, Sendable {
    var name: String
    var `in` = "query"
    var description: String
    var schema: Schema
  }

  struct Body: Encodable, Sendable {
    var required = true
    var content: [String: Content]

    init(_ schemas: [Routes.ContentType: Schema]) {
      content = Dictionary(
        uniqueKeysWithValues: schemas.map { ($0.key.rawValue, Content(schema: $0.value)) })
    }
  }

  struct Content: Encodable, Sendable {
    var schema: Schema
  }

  struct Outcome: Encodable, Sendable {
    var description: String
    var content: [String: Content]
    var headers: [String: Header]?
  }

  struct Header: Encodable, Sendable {
    var description: String
    var schema: Schema
  }

  struct Components: Encodable, Sendable {
    var schemas: [String: Schema]
    var securitySchemes: [String: SecurityScheme]?
  }

  struct SecurityScheme: Encodable, Sendable {
    var type = "http"
    var scheme = "bearer"
  }

  var openapi = "3.1.0"
  var info: Info
  /// By path and method.
  var paths: [String: [String: Operation]]
  var components: Components
  var security: [[String: [String]]]?
}

extension OpenAPI {
  /// - Throws: `Problem` for a model that takes neither rows nor images.
  init(_ routes: Routes) throws {
    let served = routes.slot.model
    let catalog = SchemaCatalog()
    let limits = routes.settings.limits
    let many = try InstanceSchemas(
      served.trained, rows: limits.instances, images: limits.images
    ).all
    let one = try InstanceSchemas(served.trained, rows: 1, images: 1).all
    let hasTokens = !routes.settings.tokens.isEmpty
    info = Info(
      title: served.identity.name, version: ProgramVersion.number,
      description: "Predicts `\(served.trained.preprocessing.targetName)`.")
    paths = [:]
    let problem = Content(schema: try catalog.schema(of: ProblemDetails.self))
    for route in routes.all {
      var operation = Operation(
        operationId: Self.name(of: route), summary: route.summary, responses: [:])
      let parameters = route.content.query.compactMap { parameter in
        parameter.schema(served.trained).map { schema in
          Parameter(name: parameter.name, description: parameter.description, schema: schema)
        }
      }
      operation.parameters = parameters.isEmpty ? nil : parameters
      operation.requestBody = route.content.takes.map { body in
        switch body {
        case .instances: Body(many)
        case .instance: Body(one)
        case .feedback: Body([.json: Feedback.schema(of: served.trained, limits: limits)])
        }
      }
      operation.responses["200"] = Outcome(
        description: "The answer",
        content: try route.content.answers(catalog))
      for status in RouteContent.commonRefusals + route.content.refusals {
        operation.responses["\(status)"] = Self.refusal(status, problem)
      }
      if hasTokens, route.access != .tokens { operation.security = [] }
      paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation
    }
    components = Components(schemas: catalog.components)
    if hasTokens {
      components.securitySchemes = ["token": SecurityScheme()]
      security = [["token": []]]
    }
  }

  private static func name(of route: Route) -> String {
    let words = route.path.split { !$0.isLetter }
    return
      ([route.method.rawValue.lowercased()] + (words.isEmpty ? ["page"] : words.map(String.init)))
      .joined(separator: "_")
  }

  private static func refusal(_ status: Int, _ problem: Content) -> Outcome {
    var seconds = Schema(.integer)
    seconds.minimum = 1
    return Outcome(
      description: HTTPResponseStatus(statusCode: status).reasonPhrase,
      content: [ProblemDetails.contentType: problem],
      headers: status == 503
        ? ["Retry-After": Header(description: "Seconds to wait.", schema: seconds)] : nil)
  }
}

extension RouteContent {
  /// What it answers, by the type of the content.
  fileprivate func answers(_ catalog: SchemaCatalog) throws -> [String: OpenAPI.Content] {
    var content: [String: OpenAPI.Content] = [:]
    for answer in gives {
      switch answer {
      case .json(let type):
        content["application/json"] = OpenAPI.Content(schema: try catalog.schema(of: type))
      case .description: content["application/json"] = OpenAPI.Content(schema: Schema(.object))
      case .other(let type): content[type] = OpenAPI.Content(schema: Schema())
      }
    }
    return content
  }
}

extension Routes {
  /// The description of this server.
  func description(_ request: Request, _ context: ServingContext) throws -> Response {
    try Response(json: OpenAPI(self))
  }
}
