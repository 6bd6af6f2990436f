import ArgumentParser
import ConfigurationFiles
import Exchange
import Formatting
import Glassbox

/// `glassbox export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Write a model for other programs: as ONNX, as a Swift package, or its weights by name.",
    discussion: """
      glassbox export runs/students students.onnx
      glassbox export runs/students students.onnx --opset 20 --force
      glassbox export runs/students Students --swift
      glassbox export runs/students weights.safetensors --layout torch

      The file holds the whole way from a row as it was typed, or the pixels of an image, to probabilities and \
      labels, or to values in their own units: scaling, categories and missing values are part of its graph. \
      What ONNX cannot say, such as reading a date, is noted and stated in the file's metadata.

      With --swift a folder is written that is a Swift package and needs nothing else: an app that imports it asks \
      `Students().predict(hours: 3, sleep: 7)`. It compiles as Embedded Swift too.

      A file that ends in .safetensors gets the weights alone, called and laid as PyTorch has them (fc.weight, \
      [out, in]), so that load_state_dict takes them into the same network there.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: """
      The file to write: its name ends in .onnx, or in .safetensors for the weights alone; with --swift the \
      folder of the package.
      """, completion: .file())
  var file: String
  @Flag(help: "Write a Swift package, named as the folder.")
  var swift = false
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
    /// Of ONNX's operators; nil for a Swift package.
    let opset: Int?
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

  private enum Form { case graph, weights, package }

  private var form: Form? {
    if swift { return .package }
    if file.hasSuffix(".onnx") { return .graph }
    return file.hasSuffix(".safetensors") ? .weights : nil
  }

  private var knownLayout: NameRules.Layout? {
    layout.flatMap { NameRules.Layout(rawValue: $0.normalizedName) }
  }

  func validate() throws {
    guard let form else {
      throw ValidationError(
        "the file to write: a name that ends in .onnx or .safetensors, not \(file); or --swift for a package"
      )
    }
    if form != .graph, opset != nil {
      throw ValidationError("--opset is of ONNX; leave it out, or name a file that ends in .onnx")
    }
    if form != .weights, layout != nil || map != nil {
      throw ValidationError(
        "--layout and --map are of weights; name a file that ends in .safetensors")
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
    switch form {
    case .graph?: try tell(writeGraph(trained))
    case .package?: try tell(writePackage(trained))
    case .weights?: try writeWeights(trained.model)
    case nil: break
    }
  }

  private func tell(_ facts: Facts) throws {
    for note in facts.notes { output.note(note) }
    if output.json { return try printJSON(facts) }
    let form = facts.opset.map { "ONNX, opset \($0)" } ?? "a Swift package"
    print("\(file): \(form), \(facts.bytes) bytes")
    show("in", facts.inputs)
    show("out", facts.outputs)
  }

  private func writeGraph(_ trained: TrainedModel) throws -> Facts {
    let opset = opset ?? ONNXExport.opsets.lowerBound
    let export = try ONNXExport(trained, opset: opset)
    let bytes = export.bytes
    try AtomicFile.write(bytes, to: file)
    return Facts(
      file: file, opset: opset, bytes: bytes.count, inputs: export.inputs, outputs: export.outputs,
      notes: export.notes)
  }

  private func writePackage(_ trained: TrainedModel) throws -> Facts {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let export = try SwiftExport(trained, name: name)
    try export.write(to: file, force: force)
    return Facts(
      file: file, opset: nil, bytes: export.byteCount, inputs: export.inputs,
      outputs: export.outputs, notes: export.notes)
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
