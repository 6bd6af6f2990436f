import ArgumentParser
import Codecs
import Glassbox

/// Flags of every command.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false
  @Flag(help: "No progress and no notes.")
  var quiet = false

  /// A remark on standard error.
  func note(_ text: String) {
    if !quiet { StandardError.write("note: \(text)\n") }
  }
}

/// Prints a value as JSON on standard output.
func printJSON(_ value: some Encodable, pretty: Bool = true) throws {
  print(try JSONText.encode(value, pretty: pretty))
}

/// Opens a model: a model file, or the folder of a run.
func openModel(_ path: String) throws -> TrainedModel {
  try TrainedModel(path: RunFolder.modelFile(of: path), decoders: .standard)
}
