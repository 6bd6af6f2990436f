import ArgumentParser
import Codecs
import Glassbox

/// `glassbox resume`
struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a training: as if it had never stopped, or with other settings.",
    discussion: """
      glassbox resume runs/students --epochs 120

      A run that diverged goes on with a lower --learning-rate or with --clip-global-norm, a finished one \
      with more --epochs. The new settings stand in config.json, when they changed in the report.
      """)

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run"), completion: .directory)
  var path: String
  @OptionGroup var output: OutputOptions
  @OptionGroup(title: "Settings to go on with") var settings: SettingFlags<ChangeableGroup>

  func run() throws {
    let start = ContinuousClock.now
    var run = try StoredRun(path, decoders: .standard)
    try Failure.usage { try run.change(settings.given) }
    let session = try Failure.usage { try TrainingSession(resuming: run) }
    try TerminalSession(session, output: output, since: start).run()
  }
}
