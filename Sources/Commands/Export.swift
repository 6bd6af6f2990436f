import ArgumentParser
import ConfigurationFiles
import Exchange
import Formatting
import Glassbox

/// `glassbox export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model for other programs, as ONNX or as weights by name.",
    discussion: """
      glassbox export runs/students students.onnx
      glassbox export runs/students students.onnx --opset 20 --force
      glassbox export runs/students weights.safetensors --layout torch

      The file holds the whole way from a row as it was typed, or the pixels of an image, to probabilities and \
      labels, or to values in their own units: scaling, categories and missing values are part of its graph. \
      What ONNX cannot say, such as reading a date, is noted and stated in the file's metadata.

      A file that ends in .safetensors gets the weights alone, called and laid as PyTorch has them (fc.weight, \
      [out, in]), so that load_state_dict takes them into the same network there.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: "The file to write; its name ends in .onnx, or in .safetensors for the weights alone.",
    completion: .file())
  var file: String
  @Option(help: "The version of ONNX's operators, 17 to 20; 17 if not given.")
  var opset: Int?
  @Option(
    help: """
      How weights are called and lie: \(NameRules.Layout.names.alternatives), which is as here; torch if not \
      given.
      """)
  var layout: String?
  @Option(
    help:
      "A YAML file that says what the layers of weights are called there, as for train --weights.",
    completion: .file())
  var map: String?
  @Flag(help: "Replace a file that exists.")
  var force = false
  @OptionGroup var output: OutputOptions

  private struct Facts: Encodable {
    let file: String
    let opset: Int
    let bytes: Int
    let inputs: [String]
    let outputs: [String]
    let notes: [String]
  }

  private struct WeightFacts: Encodable {
    let file: String
    let layout: NameRules.Layout
    let tensors: [String]
    let parameters: Int
    let notes: [String]
  }

  private var isWeights: Bool { file.hasSuffix(".safetensors") }

  private var knownLayout: NameRules.Layout? {
    layout.flatMap { NameRules.Layout(rawValue: $0.normalizedName) }
  }

  func validate() throws {
    guard file.hasSuffix(".onnx") || isWeights else {
      throw ValidationError(
        "the file to write: a name that ends in .onnx or .safetensors, not \(file)")
    }
    guard isWeights ? opset == nil : layout == nil && map == nil else {
      throw ValidationError(
        isWeights
          ? "--opset is of ONNX; leave it out, or name a file that ends in .onnx"
          : "--layout and --map are of weights; name a file that ends in .safetensors")
    }
    guard layout == nil || knownLayout != nil else {
      throw ValidationError("--layout: \(NameRules.Layout.names.alternatives)")
    }
    guard let opset else { return }
    guard ONNXExport.opsets.contains(opset) else {
      let opsets = ONNXExport.opsets
      throw ValidationError("--opset: \(opsets.lowerBound) to \(opsets.upperBound)")
    }
  }

  func run() throws {
    let trained = try openModel(model)
    try AtomicFile.refuseToOverwrite(file, force: force)
    try isWeights ? writeWeights(trained.model) : writeGraph(trained)
  }

  private func writeGraph(_ trained: TrainedModel) throws {
    let opset = opset ?? ONNXExport.opsets.lowerBound
    let export = try ONNXExport(trained, opset: opset)
    let bytes = export.bytes
    try AtomicFile.write(bytes, to: file)
    for note in export.notes { output.note(note) }
    let facts = Facts(
      file: file, opset: opset, bytes: bytes.count, inputs: export.inputs, outputs: export.outputs,
      notes: export.notes)
    if output.json { return try printJSON(facts) }
    print("\(file): ONNX, opset \(opset), \(bytes.count) bytes")
    show("in", export.inputs)
    show("out", export.outputs)
  }

  private func writeWeights(_ model: Model) throws {
    var rules = try map.map(NameRules.init(path:)) ?? NameRules()
    if let knownLayout { rules.layout = knownLayout }
    let export = try WeightsExport(model, by: rules)
    try export.file.write(to: file)
    for note in export.notes { output.note(note) }
    let tensors = export.tensors.map { "\($0.name) \($0.tensor.shape)" }
    let facts = WeightFacts(
      file: file, layout: rules.layout, tensors: tensors,
      parameters: export.tensors.reduce(0) { $0 + $1.tensor.shape.count }, notes: export.notes)
    if output.json { return try printJSON(facts) }
    print(
      "\(file): \(tensors.count) tensors with \(facts.parameters) numbers, laid as "
        + "\(rules.layout == .torch ? "PyTorch" : "Keras") does")
    show("out", tensors)
  }

  /// The most values that are shown.
  private static let mostShown = 40

  private func show(_ side: String, _ values: [String]) {
    for value in values.prefix(Self.mostShown) { print("  \(side)  \(value)") }
    if values.count > Self.mostShown { print("  \(side)  … \(values.count - Self.mostShown) more") }
  }
}

extension NameRules {
  /// The rules of a YAML file.
  init(path: String) throws {
    self = try ConfigurationFile.read(path).read(NameRules.self, of: "map")
  }
}
