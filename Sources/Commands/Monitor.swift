import ArgumentParser
import Codecs
import Glassbox
import Serving

/// `glassbox monitor`
struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Compare recent rows with what a model was trained on.",
    discussion: """
      glassbox monitor runs/students --data students.csv
      glassbox monitor runs/students --data students.csv --html monitor.html --json
      glassbox monitor runs/students --log predictions.sqlite --since 7d --window 1d

      Where the file holds the target, answers are scored too. The exit code is 2 where anything has \
      drifted, so that cron or a CI job can act.
      """)

  @Argument(
    help: """
      A model file, the folder of a run, or a model of a registry: models/NAME, or \
      postgres://HOST/DATABASE/REGISTRY/NAME.
      """, completion: .file())
  var model: String
  @Option(help: "A CSV file of recent rows, or - for standard input.", completion: .file())
  var data: String?
  @Option(help: "The log of a server.", completion: .file())
  var log: String?
  @Option(help: "How far back the log is read: a number with s, m, h, d or w.")
  var since = "7d"
  @Option(help: "The stretches of time that scores are told of, of the log.")
  var window = "1d"
  @Option(help: "The share of false alarms that is aimed at, over all columns together.")
  var level = DriftRule().level
  @Option(help: "A population stability index up to which a move harms nobody.")
  var harmless = DriftRule().harmless
  @Option(help: "Write a page with charts to this file.", completion: .file())
  var html: String?
  @Flag(help: "Replace the file named with --html.")
  var force = false
  @OptionGroup var file: FileOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (data == nil) != (log == nil) else {
      throw ValidationError("give either --data FILE or --log FILE")
    }
  }

  func run() throws {
    var rule = DriftRule()
    (rule.level, rule.harmless) = (level, harmless)
    let settings = try file.configuration().data
    if let html { try AtomicFile.refuseToOverwrite(html, force: force) }
    let served = try ModelSource(path: model, decoders: .standard).load(decoders: .standard)
    let report =
      if let log {
        try MonitorReport(
          of: served, rows: LogReader(path: log), since: TimeSpan.seconds(since, setting: "since"),
          window: TimeSpan.seconds(window, setting: "window"), rule: rule)
      } else {
        try MonitorReport(
          of: served, rows: TableRows(path: data ?? "-", settings: settings, of: served.trained),
          rule: rule)
      }
    if let html {
      try AtomicFile.write(Array(report.html(of: served.identity.name).utf8), to: html)
    }
    if output.json { try printJSON(report) } else { print(report.text, terminator: "") }
    if report.hasDrifted { throw ExitCode(ExitStatus.saidNo.rawValue) }
  }
}
