import Datasets
import Engine
import Networks
import Training
import Tuning

/// A training that somebody wants: settings by name, each as a flag would say it.
struct TrainingWish: Decodable, Sendable {
  let settings: [String: String]
  /// A run whose settings it takes where nothing else is said, with the same rows to train and to test.
  let from: String?
}

extension RunConfiguration {
  /// Texts as values of settings; none for an empty text.
  /// - Throws: `Problem` for unknown names.
  static func said(_ settings: [String: String]) throws -> [String: LocatedValue] {
    var said: [String: LocatedValue] = [:]
    var problems: [Problem] = []
    for (name, text) in settings.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
      guard let setting = RunConfiguration.setting(named: name) else {
        problems.append(RunConfiguration.unknown(name))
        continue
      }
      said[setting.name] = setting.value(text, origin: setting.name)
    }
    try Problem.throwIfAny(problems)
    return said
  }
}

extension TrainingWish {
  /// - Parameter runs: among which the run is that it takes its settings from; nil where it takes none.
  /// - Throws: `Problem`, all of them together, for what `train` would refuse.
  func configuration(_ runs: RunCollection?, _ readers: StudioReaders) throws -> RunConfiguration {
    let said = try RunConfiguration.said(settings)
    guard let from, let runs else {
      let configuration = try ConfigurationSources(said: said).configuration(
        registry: readers.registry)
      guard configuration.data.source != nil else {
        throw Problem.data("data", expected: "a data file or a folder of images", found: "none")
      }
      return configuration
    }
    let run = try StoredRun(
      runs.run(from).path, registry: readers.registry, decoders: readers.decoders)
    var known = run.configuration
    known.output = OutputSettings()
    var configuration = try ConfigurationSources(known, said: said).configuration(
      registry: readers.registry)
    configuration.training.stretchSchedule(from: known.training.epochs)
    return configuration
  }
}
