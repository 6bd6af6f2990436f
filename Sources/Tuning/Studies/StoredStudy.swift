import Databases
import Engine
package import Networks
package import Training

/// A study as its file tells it, also while a process runs it.
package struct StoredStudy: Sendable {
  package let folder: String
  package let record: StudyRecord
  /// How far it has come.
  package let view: StudyView
  /// Whether a process runs it now.
  package let isRunning: Bool

  /// - Throws: `Problem` for a folder that holds none, or one that cannot be read.
  package init(_ folder: String, registry: Registry = .standard) throws {
    try StudyPlace(folder: folder).requireStudy()
    let file = try StudyFile(folder, .read)
    let kept = try Study.Kept(file, registry, folder)
    guard let objective = try file.fact("objective", Objective.self, registry) else {
      throw Problem(
        .malformed, folder, expected: "a study with its objective", found: "one without")
    }
    let space = try SearchSpace(kept.space, for: kept.configuration, registry: registry)
    let sampling = SamplerChoice.named(
      kept.settings.sampler, for: space.dimensions, trials: kept.settings.trials)
    self.folder = folder
    record = StudyRecord(
      name: folder.split(separator: "/").last.map(String.init) ?? folder, objective: objective,
      dimensions: space.dimensions, choices: space.choices,
      sampler: type(of: sampling.sampler).name, pruning: kept.settings.pruning.rawValue,
      seed: kept.configuration.data.seed, trials: try file.trials(), notes: [sampling.note])
    view = StudyView(record, planned: kept.settings.trials, elapsed: kept.seconds)
    isRunning = RunLock.isHeld(folder)
  }

  /// The folders of the studies in some folders, and in those below them.
  /// - Throws: `Problem` if a folder cannot be read.
  package static func folders(in paths: [String]) throws -> [String] {
    var found: [String] = []
    for path in paths {
      if Study.exists(in: path) { found.append(path) }
      found += try RunFolder.folders(in: path).map { "\(path)/\($0)" }.filter(Study.exists)
    }
    return found
  }

  /// The folder of the study that a run is a trial of; nil for none.
  package static func folder(of run: RunFolder) -> String? {
    var path = run.path[...]
    // A study's runs are in a folder of its own.
    for _ in 0..<2 {
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
      path = path[..<slash]
    }
    return Study.exists(in: String(path)) ? String(path) : nil
  }
}
