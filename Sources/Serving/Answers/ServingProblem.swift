import Engine
import Formatting

/// Why a request gets no answer, where nothing in its content is wrong.
enum ServingProblem: Error, Sendable, Equatable {
  case unknownPath
  /// Without a log there is neither feedback nor anything to monitor.
  case noLog
  case unknownMethod(allowed: [String])
  case unauthorized
  case unknownHost
  case headersTooLong(limit: Int)
  case malformedRequest
  case tooSlow(part: String, seconds: Double)
  case bodyTooLong(limit: Int)
  case tooManyInstances(Int)
  case unknownContent(given: String?, accepted: [String])
  /// The queue is full.
  case busy(retryAfter: Int)
  /// The server ends.
  case ending
  case notReady
  /// The deadline has passed.
  case late
  /// Nobody waits any more.
  case gone
  /// Feedback to predictions that the log does not have.
  case unknownPredictions([FeedbackReport.Unknown])
  /// The log cannot be written.
  case logFails

  var status: Int {
    switch self {
    case .malformedRequest, .unknownHost: 400
    case .unauthorized: 401
    case .unknownPath, .noLog, .unknownPredictions: 404
    case .unknownMethod: 405
    case .tooSlow, .gone: 408
    case .bodyTooLong, .tooManyInstances: 413
    case .unknownContent: 415
    case .headersTooLong: 431
    case .busy, .ending, .notReady, .logFails: 503
    case .late: 504
    }
  }

  /// One sentence for whoever sent the request.
  var detail: String {
    switch self {
    case .unknownPath: "there is nothing at this path; GET /openapi.json lists what is there"
    case .unknownMethod(let allowed): "this path takes \(allowed.joined(separator: ", "))"
    case .unauthorized: "send the header `Authorization: Bearer TOKEN` with a valid token"
    case .unknownHost:
      "the `Host` header names none of the names of this server, which `allowed_hosts` lists"
    case .headersTooLong(let limit): "the request line and headers may have \(limit) bytes"
    case .malformedRequest: "this is no HTTP/1.1 request"
    case .tooSlow(let part, let seconds): "the \(part) did not arrive within \(seconds) seconds"
    case .bodyTooLong(let limit): "the body may have \(limit) bytes; send fewer rows at a time"
    case .tooManyInstances(let limit): "a request may hold \(limit); send several requests"
    case .unknownContent(let given, let accepted):
      "`Content-Type` is \(given.map { "`\($0)`" } ?? "missing"); send "
        + accepted.joined(separator: ", ")
    case .busy(let seconds):
      "more requests wait than can be answered soon; try again in \(seconds) s"
    case .ending: "the server is ending"
    case .notReady: "the server is not ready"
    case .late: "there was no time to compute the answer"
    case .gone: "nobody waited for the answer"
    case .noLog: "this server keeps no log of its answers, which `log` would name"
    case .unknownPredictions(let unknown):
      "the log has no prediction "
        + unknown.prefix(5).map { "`\($0.id.shortened(to: 40))` instance \($0.instance)" }
        .joined(separator: ", ") + (unknown.count > 5 ? ", …" : "")
        + ": never made, not logged, or too old"
    case .logFails: "the log cannot be written; try again later"
    }
  }
}
