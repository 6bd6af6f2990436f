import Engine
import Tuning

/// The list of runs as it stands, for the page.
struct RunsNow: Encodable {
  /// The newest ones.
  let runs: [RunSummary]
  /// How many there are, those that are left out too.
  let count: Int
  let notes: [String]
  /// The folders of runs that this studio trains.
  let trainedHere: [String]
  let failures: [Trainings.Failure]

  private enum CodingKeys: String, CodingKey {
    case runs, count, notes, failures
    case trainedHere = "trained_here"
  }

  /// As many as anybody looks through.
  static let most = 200
  /// - Parameters:
  ///   - text: a part of a run's name, data, target, tags or note; nil for all runs.
  ///   - listen: is told how many of the runs that have changed are read.
  init(
    _ collection: RunCollection, text: String?, _ trainings: Trainings,
    listen: (_ done: Int, _ count: Int) -> Void
  ) throws {
    var query = RunQuery()
    if let text, !text.isEmpty { query.text = text }
    let list = try collection.list(query, listen: listen)
    (runs, count) = (Array(list.runs.prefix(Self.most)), list.runs.count)
    (notes, trainedHere) = (list.notes, trainings.running)
    failures = trainings.failures
  }
}
