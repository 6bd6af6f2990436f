import ArgumentParser
import Codecs
import Glassbox

/// `glassbox resume`
struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a training that was stopped, as if it had never been.",
    discussion: "glassbox resume runs/students")

  @Argument(help: ArgumentHelp("The folder of the run.", valueName: "run"))
  var path: String
  @OptionGroup var output: OutputOptions
  @Option(help: "Threads; changes no bit of the result.")
  var threads: Int?

  func validate() throws {
    guard threads.map({ (1...1024).contains($0) }) ?? true else {
      throw ValidationError("--threads: 1 to 1024")
    }
  }

  func run() throws {
    let run = try StoredRun(path, decoders: .standard)
    try TerminalSession(TrainingSession(resuming: run, threads: threads), output: output).run()
  }
}
