import ArgumentParser
import Codecs
import Diagnosis
import Glassbox

/// `glassbox diagnose`
struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say why a network does not learn, and try what would help on a copy.",
    discussion: """
      glassbox diagnose runs/students
      glassbox diagnose runs/students/model.safetensors students.csv --steps 50

      Exit code 2 when a cause was found.
      """)

  @Argument(help: "The folder of a run, or a model file.", completion: .file())
  var path: String
  @Argument(
    help: "A CSV file, - for standard input, or images:labels; the run's own if left out.",
    completion: .file())
  var data: String?
  @Option(help: "How many steps to rehearse, and to try each remedy for.")
  var steps = Diagnosis.usualSteps
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (10...100_000).contains(steps) else { throw ValidationError("--steps: 10 to 100000") }
  }

  func run() throws {
    let diagnosis = try diagnosis()
    if output.json {
      try printJSON(diagnosis)
    } else {
      print(CommandText.withFlags(diagnosis.text))
    }
    if diagnosis.verdict == .fault { throw ExitCode(ExitStatus.saidNo.rawValue) }
  }

  /// Of a run, or of a model by the plan it carries.
  private func diagnosis() throws -> Diagnosis {
    guard let folder = try? RunFolder(existing: path), folder.has(.configuration) else {
      return try ofModel()
    }
    let run = try StoredRun(path, decoders: .standard)
    if let note = try Diagnosis.note(on: run) { output.note(note) }
    return try Diagnosis(of: run, data: data, steps: steps)
  }

  private func ofModel() throws -> Diagnosis {
    let trained = try openModel(path)
    guard let data else {
      throw Failure(
        status: .usage,
        text: "data: expected a data file beside a model, found none. "
          + "Fix: glassbox diagnose \(path) DATA")
    }
    let rows = try PreparedData.read(
      data, with: trained.preprocessing, decoders: .standard, note: output.note)
    let model = trained.model
    let start = try Model(
      model.network, inputShape: model.inputShape, loss: model.loss, seed: trained.record.plan.seed)
    return try Diagnosis(
      of: TrainingSetup(start, plan: trained.record.plan, splitting: rows), trained: model,
      steps: steps)
  }
}
