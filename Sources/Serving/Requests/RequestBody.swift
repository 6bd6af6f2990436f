import Engine

/// Reads bodies of requests without a server, for whoever tries what they may hold.
package enum RequestBody {
  /// Rows, and feedback.
  /// - Throws: `Problem` for what is refused.
  package static func read(json body: [UInt8]) throws {
    let outcomes: [Result<Void, any Error>] = [
      Result { _ = try Instances(json: body, limits: ServingLimits()) },
      Result { _ = try Feedback.reading(json: body, limits: ServingLimits()) },
    ]
    for outcome in outcomes { try refusing(outcome) }
  }

  /// A form with the boundary `b`.
  /// - Throws: `Problem` for what is refused.
  package static func read(form body: [UInt8]) throws {
    try refusing(
      Result {
        _ = try Instances(
          form: body, contentType: "multipart/form-data; boundary=b", limits: ServingLimits())
      })
  }

  /// Too much is refused too, by a status of its own.
  private static func refusing(_ outcome: Result<Void, any Error>) throws {
    do { try outcome.get() } catch let problem as ServingProblem {
      throw Problem.data("body", expected: "a request within the limits", found: problem.detail)
    }
  }
}
