import Engine

/// An error as RFC 9457 writes it, `application/problem+json`.
struct ProblemDetails: Codable, Sendable, Hashable {
  /// One thing that is wrong with the request's content.
  struct Cause: Codable, Sendable, Hashable {
    var location: String
    var expected: String
    var found: String
    var fix: String?
  }

  /// A name for the kind of error; `about:blank` says that the status is all there is to it.
  var type = "about:blank"
  /// What the status means, in words.
  var title: String
  var status: Int
  /// What is wrong here.
  var detail: String
  /// The id of the request, as the log has it.
  var instance: String?
  /// Each thing that is wrong, for requests that were understood and cannot be answered.
  var errors: [Cause]?

  static let contentType = "application/problem+json"
}

extension ProblemDetails {
  init(_ problem: ServingProblem, title: String, instance: String?) {
    self.init(
      title: title, status: problem.status, detail: problem.detail, instance: instance)
  }

  /// What is wrong with the content of a request. Paths of this machine are left out.
  init(_ problem: Problem, status: Int, title: String, instance: String?) {
    self.init(
      title: title, status: status, detail: problem.descriptionWithoutFolders, instance: instance,
      errors: problem.all.map { cause in
        Cause(
          location: cause.place, expected: cause.expected, found: cause.found,
          fix: cause.fix.isEmpty ? nil : cause.fix)
      })
  }
}

extension Problem {
  /// 400 for what cannot be read, 422 for what was read and cannot be answered, 500 for what is no fault of
  /// the request.
  var httpStatus: Int {
    switch kind {
    case .malformed: 400
    case .data, .shape: 422
    case .missing, .cannotCreate, .inputOutput: 500
    }
  }
}
