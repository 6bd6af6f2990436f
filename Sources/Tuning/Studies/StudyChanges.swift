package import Datasets
import Engine
package import Networks
import Platform
package import Training

/// What somebody says of how a study looks for the best; what is nil stays as it is.
package struct StudyChanges: Sendable, Codable {
  package var trials: Int?
  /// Of all sittings.
  package var seconds: Double?
  package var sampler: String?
  package var pruning: String?
  package var objective: String?
  package var folds: Int?
  package var finalists: Int?
  package var finalSeeds: Int?
  package var ensemble: Int?
  package var stopsWhenSettled: Bool?

  package init() {}

  private enum CodingKeys: String, CodingKey {
    case trials, seconds, sampler, pruning, objective, folds, finalists, ensemble
    case finalSeeds = "final_seeds"
    case stopsWhenSettled = "until_settled"
  }

  /// - Throws: `Problem` for a name that is unknown.
  func make(in settings: inout StudySettings) throws {
    if let trials { settings.trials = trials }
    if let seconds { settings.seconds = seconds }
    if let sampler { settings.sampler = sampler }
    if let pruning {
      let names = StudySettings.Pruning.names
      guard let known = StudySettings.Pruning(rawValue: pruning.lowercased()) else {
        throw Problem.data(
          "pruning", expected: names.alternatives, found: "`\(pruning)`",
          fix: Problem.fix(pruning, among: names))
      }
      settings.pruning = known
    }
    if let objective { settings.objective = objective }
    if let folds { settings.folds = folds }
    if let finalists { settings.finalists = finalists }
    if let finalSeeds { settings.finalSeeds = finalSeeds }
    if let ensemble { settings.ensemble = ensemble }
    if let stopsWhenSettled { settings.stopsWhenSettled = stopsWhenSettled }
  }
}

extension Study {
  /// A new study, or one that goes on.
  ///
  /// - Parameters:
  ///   - configuration: what all trials have in common; without data that of the study in the folder.
  ///   - path: the folder, or the address of a database; nil takes a free one below `studies`, called as the data.
  ///   - studies: the folder of all studies.
  ///   - written: the space as a file gives it; nil for that of the study, or one made for the task.
  ///   - parallel: how many trials are trained at once.
  /// - Throws: `Problem` for what cannot work, before anything is written.
  package static func opened(
    _ configuration: RunConfiguration, in path: String?, studies: String = "studies",
    written: LocatedValue?, changes: StudyChanges, parallel: Int, registry: Registry,
    decoders: Decoders
  ) throws -> Study {
    guard (1...1024).contains(parallel) else {
      throw Problem.data("parallel", expected: "1 to 1,024", found: "\(parallel)")
    }
    var (configuration, settings) = (configuration, StudySettings())
    let place: StudyPlace
    if configuration.data.source == nil, let path {
      place = try StudyPlace(path, studies: studies)
      (configuration, settings) = try kept(at: place, registry: registry)
      // How many threads a machine has is its own matter; they change no bit.
      if place.isShared { configuration.training.threads = nil }
    } else {
      place = try StudyPlace(
        path ?? freeFolder(for: configuration, in: studies), studies: studies)
      if try place.holdsStudy() { settings = try kept(at: place, registry: registry).settings }
    }
    configuration.training.threads =
      configuration.training.threads ?? max(1, Machine.processors / parallel)
    try changes.make(in: &settings)
    return try Study(
      configuration, written: written, settings: settings, changes: changes, at: place,
      registry: registry, decoders: decoders)
  }
}
