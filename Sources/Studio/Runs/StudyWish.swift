import Datasets
import Engine
import Networks
import Serving
import Training
import Tuning

/// A study that somebody wants, or that shall go on.
struct StudyWish: Decodable, Sendable {
  /// What all its trials have in common, each as a flag would say it; nil for a study that goes on.
  var settings: [String: String]?
  /// What it is called; nil for the data's name.
  var name: String?
  /// What is looked for, as a file says it; nil for a space that is made for the task.
  var space: String?
  /// No trial begins later, as a flag says it.
  var time: String?
  /// How many trials are trained at once.
  var parallel: Int?
  /// Whether failed trials are trained again.
  var retriesFailed: Bool?
  var changes: StudyChanges?

  private enum CodingKeys: String, CodingKey {
    case settings, name, space, time, parallel, changes
    case retriesFailed = "retry_failed"
  }

  /// - Parameter path: the folder of a study that goes on; nil for a new one.
  /// - Throws: `Problem` for what `tune` would refuse.
  func work(in path: String?, _ state: StudioState) throws -> LongWork {
    let readers = state.readers
    let configuration = try path == nil ? configuration(readers) : RunConfiguration()
    var changes = changes ?? StudyChanges()
    if let time, !time.isEmpty { changes.seconds = try TimeSpan.seconds(time, setting: "time") }
    let written = try space.flatMap { text in
      text.allSatisfy(\.isWhitespace) ? nil : try readers.settings(Array(text.utf8), "space")
    }
    let parallel = parallel ?? 1
    let study = try Study.opened(
      configuration, in: path ?? folder(below: state.studies), studies: state.studies,
      written: written, changes: changes, parallel: parallel, registry: readers.registry,
      decoders: readers.decoders)
    if retriesFailed == true { try study.retryFailed() }
    let workers: Study.Workers =
      state.worker.map { .processes(parallel, command: $0) } ?? .here
    return LongWork(study, workers, readers)
  }

  private func configuration(_ readers: StudioReaders) throws -> RunConfiguration {
    try TrainingWish(settings: settings ?? [:], from: nil).configuration(nil, readers)
  }

  /// The space that is made where nobody says one, a line for each setting.
  /// - Throws: `Problem` for data that cannot be read.
  func usualSpace(_ readers: StudioReaders) throws -> WrittenSpace {
    let configuration = try configuration(readers)
    let space = try SearchSpace.usual(
      for: Experiment(configuration, registry: readers.registry, decoders: readers.decoders),
      of: configuration)
    // A value in JSON is one in YAML.
    let lines = try (space.members ?? [:]).sorted { $0.key < $1.key }.map {
      "\($0.key): \(try JSONText.encode($0.value))"
    }
    return WrittenSpace(space: lines.joined(separator: "\n"))
  }

  /// Where a study of a name is; nil where none is said.
  private func folder(below studies: String) throws -> String? {
    guard let name, !name.isEmpty else { return nil }
    try RunCollection.check(name)
    let path = "\(studies)/\(name)"
    guard !Study.exists(in: path) else {
      throw Problem.data(
        "name", expected: "a name that is not taken", found: "that of a study",
        fix: "choose another name, or go on with that one")
    }
    return path
  }
}

/// A space as somebody may change it.
struct WrittenSpace: Encodable, Sendable { let space: String }
