import ArgumentParser
import Clusters
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
  @OptionGroup var processes: ProcessOptions
  @OptionGroup(title: "Settings to go on with") var settings: SettingFlags<ChangeableGroup>

  func run() throws {
    let start = ContinuousClock.now
    var run = try StoredRun(path, decoders: .standard)
    try Failure.usage { try run.change(settings.given) }
    if let group = try processes.group() { return try share(group, run, start) }
    let session = try Failure.usage { try TrainingSession(resuming: run) }
    try TerminalSession(session, output: output, since: start).run()
  }

  /// Goes on with the processes that were started with this one.
  private func share(
    _ group: MPIGroup, _ run: StoredRun, _ start: ContinuousClock.Instant
  ) throws {
    var lock: RunLock?
    try SharedTraining(group: group, output: output).run(
      {
        if group.rank == 0 { lock = try RunLock(run.folder.path) }
        return try Failure.usage { try run.goingOnFromCheckpoint() }
      },
      lead: { first in
        try Failure.usage {
          try TrainingSession(first, in: run.folder, holding: lock ?? RunLock(run.folder.path))
        }
      }, start: start)
  }
}
