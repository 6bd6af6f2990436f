import ArgumentParser
import Codecs
import Formatting
import Glassbox
import Serving

/// `glassbox feedback`
struct FeedbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "feedback",
    abstract: "Tell the log of a server what was true of what it predicted.",
    discussion: """
      glassbox feedback truths.csv --log predictions.sqlite
      glassbox feedback truths.csv --log predictions.sqlite --source clinic

      The file has the columns `id`, which is that of an answer, and `label`, or `value` for a number; \
      `instance` is the place in the answer's list, from 0, and may be left out, as `source` may. The \
      server may run meanwhile. The last word about a prediction holds.
      """)

  @Argument(help: "A CSV file, or - for standard input.", completion: .file())
  var file: String
  @Option(help: "The log, as given to `glassbox serve --log`.", completion: .file())
  var log: String
  @Option(help: "Who says so, for rows that do not say.")
  var source: String?
  @OptionGroup var output: OutputOptions

  func run() throws {
    let report = try FeedbackFile(path: file, source: source, decoders: .standard).add(toLog: log)
    if output.json {
      try printJSON(report)
    } else {
      print("\(report.accepted) taken, \(report.repeated) known already.")
    }
    if report.contradictions > 0 {
      output.note("\(report.contradictions) of them contradict earlier feedback, and now hold")
    }
    if report.unknownLabels > 0 {
      output.note("\(report.unknownLabels) of them are classes that the model does not know")
    }
    guard let first = report.unknown.first else { return }
    let example = "such as `\(first.id)` instance \(first.instance)"
    guard report.accepted + report.repeated > 0 else {
      throw Problem.data(
        file, expected: "predictions of the log", found: "none of its, \(example)",
        fix: "give the log that holds them")
    }
    output.note(
      "not taken: \(report.unknown.count) about predictions that it does not have, \(example)")
  }
}
