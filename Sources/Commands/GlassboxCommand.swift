import ArgumentParser
import CStamp
import Glassbox

/// The program: it reads what the user said, calls the library, prints, and chooses the exit code.
@main struct GlassboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "glassbox",
    abstract: "Neural networks you can see through.",
    discussion: """
      glassbox lesson one-neuron                    begin here to understand
      glassbox train students.csv --target passed   learn a column from the others
      glassbox predict runs/students students.csv   use what was learned
      """,
    version: version,
    subcommands: [
      Train.self, Resume.self, Tune.self, TuneWorker.self, Evaluate.self, Predict.self,
      Explain.self, Inspect.self, Export.self, Import.self, DataCommand.self,
      TraceCommand.self, Prove.self, Report.self, Diagnose.self,
      LessonCommand.self, OpenStudio.self, Serve.self, ModelsCommand.self, FeedbackCommand.self,
      MonitorCommand.self, RetrainCommand.self, RunsCommand.self, Bench.self,
    ])

  // Errors are spelled alike, whether the parser finds them or the library. Underscored, but the parser
  // has no other way to say it.
  static let _errorLabel = "error"

  static var version: String { "\(build), kernels \(kernels)" }

  /// The program with its commit, if it knows it.
  static var build: String {
    let commit = String(cString: gb_commit())
    return "glassbox \(ProgramVersion.number)" + (commit.isEmpty ? "" : " (\(commit))")
  }

  /// The set of fast loops in use.
  static var kernels: String { (try? Kernels.chosen().name) ?? "unknown" }

  static func main() async {
    let words = CommandLineWords.joiningNumbers(Array(CommandLine.arguments.dropFirst()))
    do {
      if let failure = CommandLineWords.unknownCommand(words) { throw failure }
      var command = try parseAsRoot(words)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let outcome = Failure.outcome(of: error) else { exit(withError: error) }
      StandardError.write("error: \(outcome.text)\n")
      exit(withError: ExitCode(outcome.status.rawValue))
    }
  }
}
