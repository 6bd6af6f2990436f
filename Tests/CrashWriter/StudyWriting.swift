import Datasets
import Networks
import Platform
import Training
import Tuning

/// A study that is killed again and again. It says `complete NUMBER VALUE` of each trial that has come to its
/// end, once in a sitting, and `end` at the end.
enum StudyWriting {
  /// What is trained.
  static func configuration(_ data: String) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.source = data
    configuration.data.target = "y"
    configuration.training.epochs = 12
    configuration.training.threads = 1
    return configuration
  }

  static func goOn(_ path: String, data: String, trials: Int) throws {
    var settings = StudySettings()
    settings.trials = trials
    (settings.sampler, settings.finalists, settings.finalSeeds) = ("random", 1, 1)
    let study = try Study(configuration(data), settings: settings, in: path)
    try goOn(study) { false }
  }

  /// One machine of those that share a store.
  static func goOn(_ path: String, store: String, data: String, trials: Int) throws {
    var settings = StudySettings()
    (settings.trials, settings.sampler) = (trials, "random")
    (settings.finalists, settings.finalSeeds) = (2, 2)
    let study = try Study(
      configuration(data), written: nil, settings: settings,
      at: StudyPlace(folder: path, store: store, isShared: true), registry: .standard,
      decoders: .none)
    // Tests do not wait for a minute.
    study.share.leaseSeconds = 1
    signal(SIGTERM) { _ in StudyWriting.isAsked = 1 }
    try goOn(study) { isAsked != 0 }
  }

  nonisolated(unsafe) private static var isAsked: sig_atomic_t = 0

  private static func goOn(_ study: Study, isAsked: @escaping () -> Bool) throws {
    var told: Set<Int> = []
    try study.run(.processes(2, command: [Machine.program, "worker", "-"])) { record in
      for trial in record.trials
      where trial.state == .complete && told.insert(trial.number).inserted {
        CrashWriter.say("complete \(trial.number) \(trial.value ?? .nan)")
      }
      return isAsked() ? .stop : .continue
    }
    if !isAsked() { CrashWriter.say("end") }
  }
}
