import ArgumentParser
import Exchange
import Formatting
import Glassbox

/// `glassbox export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model for other programs, as ONNX or as Swift.",
    discussion: """
      glassbox export runs/students students.onnx
      glassbox export runs/students students.onnx --opset 20 --force
      glassbox export runs/students Students --swift

      The file holds the whole way from a row as it was typed, or the pixels of an image, to probabilities and \
      labels, or to values in their own units: scaling, categories and missing values are part of its graph. \
      What ONNX cannot say, such as reading a date, is noted and stated in the file's metadata.

      With --swift a folder is written that is a Swift package and needs nothing else: an app that imports it asks \
      `Students().predict(hours: 3, sleep: 7)`. It compiles as Embedded Swift too.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: "The file to write, its name ends in .onnx; with --swift the folder of the package.",
    completion: .file())
  var file: String
  @Flag(help: "Write a Swift package, named as the folder.")
  var swift = false
  @Option(help: "The version of ONNX's operators, 17 to 20.")
  var opset = 17
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

  func validate() throws {
    guard swift || file.hasSuffix(".onnx") else {
      throw ValidationError(
        "the file to write: a name that ends in .onnx, not \(file); or --swift for a package")
    }
    guard ONNXExport.opsets.contains(opset) else {
      let opsets = ONNXExport.opsets
      throw ValidationError("--opset: \(opsets.lowerBound) to \(opsets.upperBound)")
    }
  }

  func run() throws {
    let trained = try openModel(model)
    try AtomicFile.refuseToOverwrite(file, force: force)
    let facts = swift ? try writeSwift(trained) : try writeONNX(trained)
    for note in facts.notes { output.note(note) }
    if output.json { return try printJSON(facts) }
    let form = facts.opset.map { "ONNX, opset \($0)" } ?? "a Swift package"
    print("\(file): \(form), \(facts.bytes) bytes")
    show("in", facts.inputs)
    show("out", facts.outputs)
  }

  private func writeONNX(_ trained: TrainedModel) throws -> Facts {
    let export = try ONNXExport(trained, opset: opset)
    let bytes = export.bytes
    try AtomicFile.write(bytes, to: file)
    return Facts(
      file: file, opset: opset, bytes: bytes.count, inputs: export.inputs, outputs: export.outputs,
      notes: export.notes)
  }

  private func writeSwift(_ trained: TrainedModel) throws -> Facts {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    let export = try SwiftExport(trained, name: name)
    try export.write(to: file, force: force)
    return Facts(
      file: file, opset: nil, bytes: export.byteCount, inputs: export.inputs,
      outputs: export.outputs, notes: export.notes)
  }

  /// The most values that are shown.
  private static let mostShown = 40

  private func show(_ side: String, _ values: [String]) {
    for value in values.prefix(Self.mostShown) { print("  \(side)  \(value)") }
    if values.count > Self.mostShown { print("  \(side)  … \(values.count - Self.mostShown) more") }
  }
}
