import Engine
import HTTPTypes
import NIOHTTP1
import Networks

/// An error as it is sent: its status, its headers and its body.
struct ProblemResponse {
  var status: HTTPResponse.Status
  var fields: HTTPFields
  var body: [UInt8]

  init(_ problem: ServingProblem, id: String?) {
    let status = Self.status(problem.status)
    self.init(ProblemDetails(problem, title: status.reasonPhrase, instance: id), status)
    switch problem {
    case .busy(let seconds): fields[.retryAfter] = "\(seconds)"
    case .ending, .notReady, .logFails: fields[.retryAfter] = "1"
    case .unknownMethod(let allowed): fields[.allow] = allowed.joined(separator: ", ")
    case .unauthorized: fields[.wwwAuthenticate] = "Bearer"
    default: break
    }
  }

  init(_ problem: Problem, id: String?) {
    let status = Self.status(problem.httpStatus)
    self.init(
      ProblemDetails(
        problem, status: status.code, title: status.reasonPhrase, instance: id), status)
  }

  /// With its usual words.
  private static func status(_ code: Int) -> HTTPResponse.Status {
    HTTPResponse.Status(
      code: code, reasonPhrase: HTTPResponseStatus(statusCode: code).reasonPhrase)
  }

  private init(_ details: ProblemDetails, _ status: HTTPResponse.Status) {
    self.status = status
    body = (try? JSONText.bytes(of: details)) ?? Array("{}".utf8)
    fields = [.contentType: ProblemDetails.contentType, .contentLength: "\(body.count)"]
  }
}
