import ArgumentParser
import Codecs
import Formatting
import Glassbox
import Serving

/// `glassbox retrain`
struct RetrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrain",
    abstract: "Train a live model again, on its old data and on labelled feedback.",
    discussion: """
      glassbox retrain students --log predictions.sqlite
      glassbox retrain students --log predictions.sqlite --when-drifted --promote --json
      glassbox retrain students --log predictions.sqlite --output runs/again --without-source robot

      Two challengers are trained with the settings of the live version: one goes on from its weights, one \
      begins anew. They are compared with it on the sealed test part and on the newest labelled rows, which \
      nobody learns from. The best is registered as a candidate, with its report, and with --promote becomes \
      live if it is better on the recent rows and not worse on the sealed ones.

      The exit code is 0 where a challenger is better, or with --when-drifted nothing has drifted, and 2 where \
      no challenger is better, so that cron or a CI job can act.
      """)

  @Argument(help: "The model.") var name: String
  @Option(
    help: "The log of its server, with inputs in full and feedback.", completion: .file())
  var log: String
  @Flag(help: "Do nothing unless what the model was asked about has drifted.")
  var whenDrifted = false
  @Option(help: "How far back drift is looked for: a number with s, m, h, d or w.")
  var since = "7d"
  @Flag(help: "Make the best challenger live if it is better.")
  var promote = false
  @Option(help: "The share of the new labelled rows, the newest, that models are compared on.")
  var recentShare = RetrainingSettings().recentShare
  @Option(help: "The probability up to which a difference is no chance.")
  var level = RetrainingSettings().level
  @Option(help: "Leave out feedback of this source; may be repeated.")
  var withoutSource: [String] = []
  @Flag(help: "Go on where the old training data are missing or were changed.")
  var withoutOldData = false
  @Option(help: "Decides which rows the bootstrap draws.")
  var seed = RetrainingSettings().seed
  @Option(help: "How many threads train; changes no bit of the result.")
  var threads: Int?
  @Option(
    help: "The folder for the challengers' runs; a free one below runs if left out.",
    completion: .directory)
  var output: String?
  @Option(help: "Who does it, for the log of the registry; the user's name if left out.")
  var who: String?
  @OptionGroup var registry: RegistryOptions
  @OptionGroup var printed: OutputOptions

  /// Nothing had to be done.
  private struct Quiet: Encodable {
    let name: String
    let isRetrained = false
    let sentence: String
    let drift: MonitorReport

    private enum CodingKeys: String, CodingKey {
      case name, sentence, drift
      case isRetrained = "is_retrained"
    }
  }

  func run() throws {
    let registry = registry.registry
    if whenDrifted {
      let drift = try ModelRetraining.drift(
        of: name, in: registry, log: log, since: TimeSpan.seconds(since, setting: "since"))
      guard drift.hasDrifted else {
        let sentence = "Nothing to do. \(drift.sentence)"
        return printed.json
          ? try printJSON(Quiet(name: name, sentence: sentence, drift: drift)) : print(sentence)
      }
      printed.note(drift.sentence)
    }
    let retraining = try ModelRetraining(of: name, in: registry, log: log, settings: settings)
    for note in retraining.feedback.notes + retraining.notes { printed.note(note) }
    let report = try train(retraining)
    if printed.json {
      try printJSON(report)
    } else {
      print(report.text, terminator: "")
      print(try next(report, registry))
    }
    if !report.isBetter { throw ExitCode(ExitStatus.saidNo.rawValue) }
  }

  private var settings: RetrainingSettings {
    var settings = RetrainingSettings()
    (settings.recentShare, settings.level, settings.seed) = (recentShare, level, seed)
    (settings.isPromoting, settings.isWithoutOldData) = (promote, withoutOldData)
    (settings.withoutSources, settings.threads) = (withoutSource, threads)
    return settings
  }

  private func train(_ retraining: ModelRetraining) throws -> RetrainingReport {
    Interruption.watch()
    let progress = WorkProgress("retraining", isQuiet: printed.quiet)
    defer { progress.end() }
    do {
      return try retraining.run(in: output, by: who) { done, count in
        progress.show(done, count)
        return Interruption.isRequested ? .stop : .continue
      }
    } catch {
      if Interruption.isRequested { throw ExitCode(ExitStatus.interrupted.rawValue) }
      throw error
    }
  }

  private func next(_ report: RetrainingReport, _ place: ModelRegistry) throws -> String {
    let folder = try place.folder(of: name, version: report.candidate)
    let look = "Look at \(folder)/retraining.html in a browser."
    guard report.decision == .better else { return look }
    return look + "\nNext: glassbox models promote \(name)\(registry.words) \(report.candidate)"
  }
}
