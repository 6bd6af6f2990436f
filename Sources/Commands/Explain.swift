import ArgumentParser
import Charts
import Codecs
import Formatting
import Glassbox

/// `glassbox explain`
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what each input contributes to an answer.",
    discussion: """
      glassbox explain runs/students --input hours=3,sleep=7
      glassbox explain runs/students students.csv --row 5 --answer 1
      glassbox explain runs/animals cat.jpg --output map.png

      What is not there is replaced by what is usual in training; the contributions, Shapley values, sum to \
      the answer less the answer without any input. Rows are counted from 1.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(help: "A CSV or IDX file to take a row from, or an image.", completion: .file())
  var data: String?
  @Option(help: "Which row of the data.")
  var row: Int?
  @Option(help: "A row of its own: column=value,…, or its values in the order of the columns.")
  var input: String?
  @Option(
    help: "The class, label or target that is explained; what is answered if left out.")
  var answer: String?
  @Option(help: "Where each step has an answer of its own, which one.")
  var step: Int?
  @Option(
    name: .customLong("output"),
    help:
      "Write the image with the regions that decide (PNG): orange for the answer, blue against.",
    completion: .file())
  var map: String?
  @Flag(help: "Replace a file that exists.")
  var force = false
  @OptionGroup var file: FileOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: String
    let explanation: Explanation
  }

  func validate() throws {
    guard (data == nil) != (input == nil) else {
      throw ValidationError(
        data == nil
          ? "give a model and then a data file or --input, such as: "
            + "glassbox explain \(model.shellQuoted) --input hours=3,sleep=7"
          : "give either a data file or --input, not both")
    }
    guard row == nil || data != nil else {
      throw ValidationError("--row: belongs to a data file")
    }
  }

  func run() throws {
    let trained = try openModel(model)
    if let map { try AtomicFile.refuseToOverwrite(map, force: force) }
    let inputs = try inputs(trained)
    let progress = WorkProgress("explaining", isQuiet: output.quiet)
    let explanation = try trained.explain(
      inputs, ExplanationOptions(answer: answer, step: step), progress: progress.show)
    progress.end()
    for note in (explanation.prediction.notes ?? []) + (explanation.notes ?? []) {
      output.note(note)
    }
    if let map { try write(explanation, inputs, trained, to: map) }
    if output.json {
      try printJSON(
        Result(model: try RunFolder.modelFile(of: model), explanation: explanation))
    } else {
      print(explanation.text)
    }
  }

  private func inputs(_ trained: TrainedModel) throws -> PreparedInputs {
    let settings = try file.configuration().data
    guard let input else { return try trained.inputs(ofRow: row ?? 1, in: data ?? "-", settings) }
    var unseen = UnseenValues()
    var inputs = PreparedInputs()
    let numbers = try trained.preprocessing.inputs(written: input, unseen: &unseen)
    if settings.strict { try unseen.refuse() }
    inputs.add(numbers, notes: unseen.notes)
    return inputs
  }

  private func write(
    _ explanation: Explanation, _ inputs: PreparedInputs, _ trained: TrainedModel, to path: String
  ) throws {
    guard
      let map = ExplanationMap(explanation.regions, of: inputs.floats, trained.preprocessing)
    else {
      throw Failure(
        status: .usage, text: "--output: a map is of images, and this model answers for rows")
    }
    try AtomicFile.write(map.bitmap.png, to: path)
    if !output.json { print("\(path): orange speaks for the answer, blue against it") }
  }
}
