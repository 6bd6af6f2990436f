import Datasets
import Engine
import Platform

/// How a server is run.
public struct ServingSettings: Sendable {
  /// The address it binds to: one of this machine only, unless there are tokens.
  public var host = "127.0.0.1"
  /// The port; 0 takes a free one.
  public var port = 8080
  /// What a request has to bring as `Authorization: Bearer TOKEN`; none lets everybody in.
  public var tokens: [String] = []
  /// Names beside the address that requests may call the server by, in their `Host` header.
  public var allowedHosts: [String] = []
  /// Threads that read requests, and as many that compute answers that take longer; changes no bit of them.
  public var threads = Machine.processors
  /// What is accepted at most.
  public var limits = ServingLimits()

  /// Where answers are logged; nil logs none, and then there is no feedback.
  public var log: PredictionLogSettings?

  /// The usual ones.
  public init() {}

  /// Whether an address can be reached from this machine alone.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// - Throws: `Problem` for an address that others can reach without a token, and for numbers out of range.
  func check() throws {
    var problems: [Problem] = []
    if tokens.isEmpty, !Self.isLoopback(host) {
      problems.append(
        Problem.data(
          "host", expected: "an address of this machine alone, such as 127.0.0.1, without a token",
          found: "`\(host)`", fix: "set `token_file`, or leave `host` out"))
    }
    if tokens.contains(where: { $0.utf8.count < Self.leastToken }) {
      problems.append(
        Problem.data(
          "token_file", expected: "tokens of at least \(Self.leastToken) characters",
          found: "a shorter one", fix: "make one with: openssl rand -hex 32"))
    }
    if !(0...65535).contains(port) {
      problems.append(Problem.data("port", expected: "0 to 65535", found: "\(port)"))
    }
    if !(1...1024).contains(threads) {
      problems.append(Problem.data("threads", expected: "1 to 1024", found: "\(threads)"))
    }
    try Problem.throwIfAny(problems + (log?.problems ?? []))
  }

  /// The tokens of a file, one in each line.
  /// - Throws: `Problem` for a file that cannot be read, or holds none.
  public static func tokens(inFile path: String) throws -> [String] {
    var source = try FileSource(path: path)
    let text = String(decoding: try source.readAll(limit: 1 << 20), as: UTF8.self)
    let tokens = text.split(whereSeparator: \.isNewline).map { $0.filter { !$0.isWhitespace } }
      .filter { !$0.isEmpty }
    guard !tokens.isEmpty else {
      throw Problem.data(path, expected: "a token in each line", found: "none")
    }
    return tokens
  }

  /// Shorter ones can be guessed.
  private static let leastToken = 16
}
