import ArgumentParser
import Glassbox

/// `glassbox resume`
struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a training that was stopped, as if it had never been.")

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run"))
  var path: String
  @OptionGroup var output: OutputOptions
  @Option(help: "Threads; changes no bit of the result.")
  var threads: Int?

  func run() throws {
    let folder = try RunFolder(existing: path)
    let checkpoint = try Checkpoint(path: folder[.checkpoint])
    let file = try ConfigurationFile.read(folder[.configuration])
    var configuration = try ConfigurationSources(file: file).configuration()
    configuration.data.split = folder[.split]
    if let threads { configuration.training.threads = threads }
    try Failure.usage { try configuration.check() }
    let experiment = try Experiment(configuration, gunzip: gunzip, images: imageDecoder)
    let run = try Failure.usage { try experiment.run(resuming: checkpoint) }
    try TrainingSession(experiment, run, folder: folder, output: output).train(isResumed: true)
  }
}
