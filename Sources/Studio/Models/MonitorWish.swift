import Engine
import Serving
import Training

/// What a model shall be watched by: the log of a server, or a file of recent rows.
struct MonitorWish: Decodable, Sendable {
  let of: ModelWish
  let log: String?
  let data: String?
  /// How far back the log is read.
  let since: String?
  /// The stretches of time that scores are told of, of the log.
  let window: String?

  /// - Throws: `Problem` for what cannot be read or compared.
  func report(_ model: ServedModel) throws -> MonitorReport {
    guard let log, !log.isEmpty else {
      guard let data, !data.isEmpty else {
        throw Problem.data(
          "log", expected: "the log of a server, or a file of recent rows", found: "neither")
      }
      return try MonitorReport(of: model, rows: TableRows(path: data, of: model.trained))
    }
    func seconds(_ text: String?, _ usual: String, _ name: String) throws -> Double {
      try TimeSpan.seconds(text.flatMap { $0.isEmpty ? nil : $0 } ?? usual, setting: name)
    }
    return try MonitorReport(
      of: model, rows: LogReader(path: log), since: seconds(since, "7d", "since"),
      window: seconds(window, "1d", "window"))
  }
}

/// What a monitor saw, and where its page lies.
struct MonitorAnswer: Encodable {
  let sentence: String
  let rows: Int
  let verdict: DriftRule.Verdict
  let path: String
}
