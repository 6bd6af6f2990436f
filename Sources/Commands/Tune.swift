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
    help: "The folder of the study; studies/NAME of the data if left out.", completion: .directory)
  var study: String?
  @Option(help: "How many configurations are tried, the default one included. (default: 50)")
  var trials: Int?
  @Option(help: "No trial begins later: a number with s, m, h, d or w.")
  var time: String?
  @Option(help: "How many trials are trained at once, each in a process.")
  var parallel = 1
  @Option(
    help: "How the next is chosen: \(SamplerChoice.names.alternatives). (default: by the space)",
    completion: .list(SamplerChoice.names))
  var sampler: String?
  @Option(
    help: "Which trials end early: \(StudySettings.Pruning.names.alternatives). (default: halving)",
    completion: .list(StudySettings.Pruning.names))
  var pruning: String?
  @Option(help: "What is made small or large: loss or a metric. (default: loss)")
  var objective: String?
  @Option(help: "In how many parts rows are cut, each of which validates once.")
  var folds: Int?
  @Option(help: "How many of the best are trained again with other seeds. (default: 3)")
  var finalists: Int?
  @Option(help: "How many seeds those are. (default: 3)")
  var finalSeeds: Int?
  @Option(help: "Join so many of the best trainings into one model, which answers with their mean.")
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
    if let best = result.configuration {
      let names = Set(result.names)
      let yaml = try ConfigurationFile.yaml(best, including: names)
      try AtomicFile.write(Array(yaml.utf8), to: "\(study.folder)/best.yaml")
    }
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
    Interruption.watch()
    let progress = StudyProgress(planned: study.settings.trials, isQuiet: output.quiet)
    defer { progress.end() }
    return try study.run(workers) { record in
      progress.show(record)
      return Interruption.isRequested ? .stop : .continue
    }
  }

  private func next(_ study: Study, _ result: StudyResult) -> String {
    let folder = study.folder.shellQuoted
    guard !result.isInterrupted else { return "Next: glassbox tune --study \(folder)" }
    guard let run = result.run else {
      return "Next: glassbox tune --study \(folder) --retry-failed"
    }
    return
      "Next: glassbox report \(run.shellQuoted), or glassbox train --config \(folder)/best.yaml"
  }

  /// Trials in processes of this program.
  private var workers: Study.Workers {
    .processes(parallel, command: [Machine.program, TuneWorker.configuration.commandName!])
  }

  /// A new study, or one that goes on.
  private func opened() throws -> Study {
    try Failure.usage {
      guard (1...1024).contains(parallel) else {
        throw Problem.data("parallel", expected: "1 to 1,024", found: "\(parallel)")
      }
      var configuration = try data.configuration(
        others: network.given.merging(training.given) { $1 })
      let folder: String
      var settings = StudySettings()
      if configuration.data.source == nil {
        guard let study else {
          throw Failure(
            status: .usage,
            text: "data: expected a data file, found none. "
              + "Fix: glassbox tune FILE.csv --target COLUMN, or --study FOLDER to go on")
        }
        (configuration, settings) = try Study.kept(in: study)
        folder = study
      } else {
        folder = try study ?? Study.freeFolder(for: configuration)
        if Study.exists(in: folder) { settings = try Study.kept(in: folder).settings }
      }
      configuration.training.threads =
        configuration.training.threads ?? max(1, Machine.processors / parallel)
      try change(&settings)
      return try Study(
        configuration, written: space.map { try ConfigurationFile.read($0) }, settings: settings,
        in: folder, registry: .standard, decoders: .standard)
    }
  }

  private func change(_ settings: inout StudySettings) throws {
    if let trials { settings.trials = trials }
    if let time { settings.seconds = try TimeSpan.seconds(time, setting: "time") }
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
    if untilSettled { settings.stopsWhenSettled = true }
  }
}

/// The worker of a study. People have no use for it.
struct TuneWorker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune-worker", abstract: "Trains what a study asks for on standard input.",
    shouldDisplay: false)

  func run() throws { try TrialWorker.serve(decoders: .standard) }
}
