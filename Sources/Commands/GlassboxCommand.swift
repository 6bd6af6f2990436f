import ArgumentParser
import CStamp
import Glassbox

/// The program: it reads what the user said, calls the library, prints, and chooses the exit code.
@main struct GlassboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "glassbox",
    abstract: "Neural networks you can see through.",
    discussion: """
      glassbox train data.csv --target column     learn a column from the others
      glassbox predict runs/data data.csv         use what was learned
      """,
    version: version,
    subcommands: [
      Train.self, Resume.self, Evaluate.self, Predict.self, Inspect.self, DataCommand.self,
      TraceCommand.self, Prove.self, Report.self, Diagnose.self, LessonCommand.self, Bench.self,
    ])

  static var version: String {
    let commit = String(cString: gb_commit())
    let kernels = (try? Kernels.chosen().name) ?? "unknown"
    return "glassbox \(ProgramVersion.number)" + (commit.isEmpty ? "" : " (\(commit))")
      + ", kernels \(kernels)"
  }

  static func main() {
    let words = CommandLineWords.joiningNumbers(Array(CommandLine.arguments.dropFirst()))
    do {
      if let failure = CommandLineWords.unknownCommand(words) { throw failure }
      var command = try parseAsRoot(words)
      try command.run()
    } catch {
      guard let outcome = Failure.outcome(of: error) else { end(with: error) }
      StandardError.write("error: \(outcome.text)\n")
      exit(withError: ExitCode(outcome.status.rawValue))
    }
  }

  /// What the parser says, with the word for an error spelled as everywhere else.
  private static func end(with error: any Error) -> Never {
    let message = fullMessage(for: error)
    guard message.hasPrefix("Error: ") else { exit(withError: error) }
    StandardError.write("error: \(message.dropFirst("Error: ".count))\n")
    exit(withError: exitCode(for: error))
  }
}
