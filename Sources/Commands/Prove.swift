import ArgumentParser
import Codecs
import Glassbox

/// `glassbox prove`
struct Prove: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a finite difference beside each gradient of a model.",
    discussion: """
      glassbox prove runs/students students.csv
      glassbox prove runs/students students.csv --rows 2 --all

      The gradients of the loss over the first rows are computed by the chain rule and, independently,
      from the loss alone with each weight moved a little. Ends with exit code 2 if one disagrees.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(help: "A CSV file, - for standard input, or images:labels.", completion: .file())
  var data: String
  @Option(help: "How many rows the loss is taken over.")
  var rows = 4
  @Option(help: "How many gradients, spread over all tensors.")
  var sample = 64
  @Flag(help: "All gradients.")
  var all = false
  @Option(help: "Decides which gradients are in the sample.")
  var seed: UInt64 = 1
  @OptionGroup var file: FileOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard rows >= 1 else { throw ValidationError("--rows: at least 1") }
    guard sample >= 1 else { throw ValidationError("--sample: at least 1") }
  }

  func run() throws {
    let trained = try openModel(model)
    let dataset = try PreparedData.read(
      data, with: trained.preprocessing, configuration: file.configuration(), decoders: .standard,
      note: output.note)
    let taken = 0..<min(rows, dataset.count)
    try trained.checkTokens(dataset.inputs, in: data)
    let progress = WorkProgress("proving", isQuiet: output.quiet)
    let proof = try Prover(trained.model, plan: trained.record.plan).prove(
      inputs: taken.flatMap { dataset.inputs[$0] }, targets: taken.flatMap { dataset.targets[$0] },
      weights: dataset.weights.map { _ in taken.flatMap { dataset.weights(of: $0)! } },
      sample: all ? nil : sample, seed: seed, progress: progress.show)
    progress.end()
    if output.json { try printJSON(proof) } else { print(proof.text, terminator: "") }
    if !proof.holds { throw ExitCode(ExitStatus.saidNo.rawValue) }
  }
}
