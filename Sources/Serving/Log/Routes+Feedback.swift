import HTTPTypes
import Hummingbird

extension Routes {
  /// Takes what was true of what was predicted.
  func feedback(_ request: Request, _ context: ServingContext) async throws -> Response {
    guard let log else { throw ServingProblem.noLog }
    let given = request.headers[.contentType]
    guard given?.prefix(while: { $0 != ";" }).lowercased() == ContentType.json.rawValue else {
      throw ServingProblem.unknownContent(given: given, accepted: [ContentType.json.rawValue])
    }
    let body = try await request.bytes(upTo: settings.limits.bodyBytes)
    let report = try await log.add(try Feedback.reading(json: body, limits: settings.limits))
    guard report.accepted + report.repeated > 0 else {
      throw ServingProblem.unknownPredictions(report.unknown)
    }
    return try Response(json: report)
  }
}
