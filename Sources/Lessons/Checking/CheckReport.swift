/// What a check found: every claim of a worked example with its verdict.
public struct CheckReport: Sendable, Equatable {
  /// The file.
  public var path: String
  /// In the order they stand.
  public var claims: [Claim]

  /// How many claims have a verdict.
  public func count(_ verdict: Verdict) -> Int { claims.count { $0.verdict == verdict } }

  /// Is nothing wrong?
  public var isRight: Bool { !claims.contains { $0.verdict == .wrong } }
}

extension WorkedExample {
  /// Recomputes every claim.
  ///
  /// - Throws: `Problem` (all of them together) for names without a value, functions that
  ///   do not exist and lists that do not fit each other.
  public func check() throws -> CheckReport {
    CheckReport(path: path, claims: try Checking(self).claims)
  }
}

extension CheckReport: Codable {
  private enum Key: String, CodingKey { case path, right, rounded, wrong, inherited, claims }

  /// The counts in the file are not read; they follow from the claims.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    path = try fields.decode(String.self, forKey: .path)
    claims = try fields.decode([Claim].self, forKey: .claims)
  }

  /// The path, how many claims have each verdict, and the claims.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(path, forKey: .path)
    try fields.encode(count(.right), forKey: .right)
    try fields.encode(count(.rounded), forKey: .rounded)
    try fields.encode(count(.wrong), forKey: .wrong)
    try fields.encode(count(.inherited), forKey: .inherited)
    try fields.encode(claims, forKey: .claims)
  }
}
