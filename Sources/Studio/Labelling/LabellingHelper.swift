import Datasets
import Engine
import Networks
import Training

/// A trained model that suggests labels.
struct LabellingHelper: Sendable {
  /// The run it comes from.
  let name: String
  let model: TrainedModel

  /// Pictures that are answered together, between which others have their turn.
  private static let part = 16

  /// - Throws: `Problem` for a run without a model, or one that answers no class.
  init(_ run: RunFolder, named name: String, _ readers: StudioReaders) throws {
    self.name = name
    model = try StoredRun(run.path, registry: readers.registry, decoders: readers.decoders).model()
    guard model.task.isClassification, model.preprocessing.stepLabels == nil else {
      throw Problem.data(
        "helper", expected: "a run that answers one class",
        found: "`\(name)`, which answers something else", fix: "choose another run")
    }
  }

  /// The answers for items, part by part.
  ///
  /// - Parameter told: is given the answers of each part, by the places of the items; it says whether to
  ///   go on.
  /// - Returns: how many items have no answer.
  /// - Throws: `Problem` for data that the model does not read.
  func suggest(
    _ data: LabelledData, _ places: [Int],
    told: @Sendable ([(place: Int, suggestion: Suggestion)]) async -> Bool
  ) async throws -> Int {
    var unanswered = 0
    guard !model.preprocessing.isTable else {
      // A table is read as a whole, as the model reads tables.
      guard data.kind == .rows else { throw unfit(data, "rows") }
      let answers = try model.predict(files: [data.path]).predictions
      guard answers.count == data.items.count else {
        throw Problem.data(
          data.path, expected: "an answer for each of \(data.items.count) rows",
          found: "\(answers.count)", fix: "choose a run whose examples are single rows")
      }
      let found = places.compactMap { place in
        Suggestion(answers[place]).map { (place: place, suggestion: $0) }
      }
      _ = await told(found)
      return places.count - found.count
    }
    for start in stride(from: 0, to: places.count, by: Self.part) {
      let part = places[start..<min(places.count, start + Self.part)]
      let pictured = part.filter { data.items[$0].picture != nil }
      guard !pictured.isEmpty else {
        if data.items.allSatisfy({ $0.picture == nil }) { throw unfit(data, "pictures") }
        continue
      }
      let answers = try model.predict(files: pictured.map { data.items[$0].picture! }).predictions
      let found = zip(pictured, answers).compactMap { place, answer in
        Suggestion(answer).map { (place: place, suggestion: $0) }
      }
      unanswered += part.count - found.count
      guard await told(found) else { break }
      await Task.yield()
    }
    return unanswered
  }

  private func unfit(_ data: LabelledData, _ kind: String) -> Problem {
    Problem.data(
      "helper", expected: "a run that learned from \(data.kind.rawValue), as these data are",
      found: "`\(name)`, which reads \(kind)", fix: "choose another run")
  }
}
