import ArgumentParser
import Exchange
import Formatting
import Glassbox

/// `glassbox export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model for other programs, as ONNX.",
    discussion: """
      glassbox export runs/students students.onnx
      glassbox export runs/students students.onnx --opset 20 --force

      The file holds the whole way from a row as it was typed, or the pixels of an image, to probabilities and \
      labels, or to values in their own units: scaling, categories and missing values are part of its graph. \
      What ONNX cannot say, such as reading a date, is noted and stated in the file's metadata.
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(help: "The file to write; its name ends in .onnx.", completion: .file())
  var file: String
  @Option(help: "The version of ONNX's operators, 17 to 20.")
  var opset = 17
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

  func validate() throws {
    guard file.hasSuffix(".onnx") else {
      throw ValidationError("the file to write: a name that ends in .onnx, not \(file)")
    }
    guard ONNXExport.opsets.contains(opset) else {
      let opsets = ONNXExport.opsets
      throw ValidationError("--opset: \(opsets.lowerBound) to \(opsets.upperBound)")
    }
  }

  func run() throws {
    let trained = try openModel(model)
    try AtomicFile.refuseToOverwrite(file, force: force)
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

  /// The most values that are shown.
  private static let mostShown = 40

  private func show(_ side: String, _ values: [String]) {
    for value in values.prefix(Self.mostShown) { print("  \(side)  \(value)") }
    if values.count > Self.mostShown { print("  \(side)  … \(values.count - Self.mostShown) more") }
  }
}
