import ArgumentParser
import Codecs
import ConfigurationFiles
import Formatting
import Glassbox
import Platform
import Serving
import Tuning

/// `glassbox tune`
struct Tune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look for the best settings of a network.",
    discussion: """
      glassbox tune students.csv --target passed --trials 20
      glassbox tune students.csv --target passed --space space.yaml --study studies/narrow --time 10m --parallel 2
      glassbox tune --study studies/students --trials 30

      Each trial trains one configuration and is judged by the validation rows. The best are trained again with \
      other seeds, and the winner is named with the probability that it is better than the default. The test \
      rows stay sealed until then and are read once.

      A space says what is looked for, as a configuration file says settings:

        learning_rate: {from: 0.0001, to: 0.1, scale: log}
        hidden: {length: {from: 1, to: 3}, each: {from: 16, to: 256, scale: log}}
        optimizer: [adam, sgd]
        optimizer.momentum: {from: 0.5, to: 0.99, when: {optimizer: sgd}}

      Whatever ends a study, the same command goes on with it, also for more trials or in a wider space.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup(title: "Network") var network: SettingFlags<NetworkGroup>
  @OptionGroup(title: "Training") var training: SettingFlags<TrainingGroup>
  @Option(
    help: "A YAML or JSON file with the settings to look for; made for the task if left out.",
    completion: .file())
  var space: String?
  @Option(
    help: """
      The folder of the study, studies/NAME of the data if left out; or postgres://HOST/DATABASE/NAME, for which \
      this command trains on as many machines as wanted.
      """, completion: .directory)
  var study: String?
  @Option(help: .init(StudySetting.trials.text))
  var trials: Int?
  @Option(help: .init(StudySetting.time.text))
  var time: String?
  @Option(help: .init(StudySetting.parallel.text))
  var parallel = 1
  @Option(
    help: .init(StudySetting.sampler.text),
    completion: .list(SamplerChoice.names))
  var sampler: String?
  @Option(
    help: .init(StudySetting.pruning.text),
    completion: .list(StudySettings.Pruning.names))
  var pruning: String?
  @Option(help: .init(StudySetting.objective.text))
  var objective: String?
  @Option(help: .init(StudySetting.folds.text))
  var folds: Int?
  @Option(help: .init(StudySetting.finalists.text))
  var finalists: Int?
  @Option(help: .init(StudySetting.finalSeeds.text))
  var finalSeeds: Int?
  @Option(help: .init(StudySetting.ensemble.text))
  var ensemble: Int?
  @Flag(help: "End when more trials would likely gain nothing.")
  var untilSettled = false
  @Flag(help: "Train failed trials again.")
  var retryFailed = false
  @OptionGroup var output: OutputOptions

  func run() throws {
    let study = try opened()
    if retryFailed { try study.retryFailed() }
    for note in study.notes { output.note(note) }
    let result = try run(study)
    try result.writeBest(in: study.folder) { try ConfigurationFile.yaml($0, including: $1) }
    if output.json {
      try printJSON(result.report)
    } else {
      print(result.report.text)
      print("Everything is in \(study.folder)/; look at \(study.folder)/report.html in a browser.")
      print(next(study, result))
    }
    if result.isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
  }

  private func run(_ study: Study) throws -> StudyResult {
    // Slurm and other starters end what they began by SIGTERM.
    Interruption.watch([SIGINT, SIGTERM])
    study.offerInterrupt()
    let progress = StudyProgress(planned: study.settings.trials, isQuiet: output.quiet)
    defer { progress.end() }
    return try study.run(workers) { record in
      progress.show(record)
      return Interruption.isRequested ? .stop : .continue
    }
  }

  private func next(_ study: Study, _ result: StudyResult) -> String {
    let (folder, place) = (study.folder.shellQuoted, study.place.shown.shellQuoted)
    guard !result.isInterrupted else { return "Next: glassbox tune --study \(place)" }
    guard let run = result.run else {
      return "Next: glassbox tune --study \(place) --retry-failed"
    }
    return
      "Next: glassbox report \(run.shellQuoted), or glassbox train --config \(folder)/best.yaml"
  }

  /// Trials in processes of this program.
  private var workers: Study.Workers {
    .processes(parallel, command: TuneWorker.command)
  }

  /// A new study, or one that goes on.
  private func opened() throws -> Study {
    try Failure.usage {
      let configuration = try data.configuration(
        others: network.given.merging(training.given) { $1 })
      guard configuration.data.source != nil || study != nil else {
        throw Failure(
          status: .usage,
          text: "data: expected a data file, found none. "
            + "Fix: glassbox tune FILE.csv --target COLUMN, or --study FOLDER to go on")
      }
      return try Study.opened(
        configuration, in: study, written: space.map { try ConfigurationFile.read($0) },
        changes: changes(), parallel: parallel, registry: .standard, decoders: .standard)
    }
  }

  private func changes() throws -> StudyChanges {
    var changes = StudyChanges()
    (changes.trials, changes.sampler, changes.pruning) = (trials, sampler, pruning)
    (changes.objective, changes.folds, changes.finalists) = (objective, folds, finalists)
    (changes.finalSeeds, changes.ensemble) = (finalSeeds, ensemble)
    changes.seconds = try time.map { try TimeSpan.seconds($0, setting: "time") }
    // A study that has this setting keeps it.
    changes.stopsWhenSettled = untilSettled ? true : nil
    return changes
  }
}

/// The worker of a study. People have no use for it.
struct TuneWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune-worker", abstract: "Trains what a study asks for on standard input.",
    shouldDisplay: false)

  /// How this program is called to be one.
  static let command = [Machine.program, configuration.commandName!]

  func run() throws { try TrialWorker.serve(decoders: .standard) }
}
