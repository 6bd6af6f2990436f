import ArgumentParser
import Codecs
import Glassbox

/// `glassbox train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn a column of a table, or what images show.",
    discussion: """
      glassbox train students.csv --target passed
      glassbox train animals --network cnn --epochs 3
      glassbox train students.csv --target passed --hidden 8 --optimizer adam --learning-rate 0.01

      What is not said is decided from the data: the kind of task, the loss, the output layer, the \
      preprocessing, the size of the network. Settings can also come from a YAML or JSON file \
      (--config) or from variables such as GLASSBOX_SEED.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var training: TrainingOptions
  @OptionGroup var output: OutputOptions
  @Flag(help: "Print every setting, decided from the data where left open, and stop.")
  var printConfig = false
  @Flag(help: "Replace the run that is in the folder.")
  var force = false

  func run() throws {
    let start = ContinuousClock.now
    let configuration = try data.configuration(others: training.given)
    guard configuration.data.source != nil else {
      if printConfig { return try printJSON(configuration) }
      throw Failure(
        status: .usage,
        text: "data: expected a data file, found none. Fix: glassbox train FILE.csv --target COLUMN"
      )
    }
    let data = try PreparedData(configuration, decoders: .standard)
    let experiment = try Failure.usage { try Experiment(configuration, data: data) }
    if printConfig { return try printJSON(experiment.configuration) }
    // Whatever cannot work is found before anything is written.
    let session = try Failure.usage { try TrainingSession(experiment, force: force) }
    for note in experiment.notes { output.note(note) }
    try TerminalSession(session, output: output, since: start).run()
  }
}
