import ArgumentParser
import Codecs
import Exchange
import Glassbox

/// `glassbox import-weights`
struct ImportWeights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-weights",
    abstract: "Make a model of weights that PyTorch or another program saved.",
    discussion: """
      glassbox import-weights resnet18.pth --network resnet18 --labels classes.txt --output photos

      The file is a state_dict that torch.save wrote, which is read without running any code, or a \
      safetensors file. Networks that are known: \(KnownNetwork.all.map(\.name).joined(separator: ", ")).
      """)

  @Argument(help: "The weights: .pth, .pt, .bin or .safetensors.", completion: .file())
  var weights: String
  @Option(help: "The network they belong to, by its name.")
  var network: String
  @Option(
    help: "A file with the classes' names, one a line, in the order of the outputs; else numbers.",
    completion: .file())
  var labels: String?
  @Option(name: .long, help: "The folder that the model is written into.", completion: .directory)
  var output: String
  @Flag(help: "Replace the model that is in the folder.")
  var force = false
  @OptionGroup var options: OutputOptions

  private struct Result: Encodable {
    let model: String
    let network: String
    let tensors: Int
    let parameters: Int
    let classes: Int
    let notes: [String]
  }

  func run() throws {
    let known = try Failure.usage { try KnownNetwork.named(network) }
    let path = "\(output)/\(RunFolder.File.model.rawValue)"
    guard force || !AtomicFile.exists(path) else {
      throw Problem(
        .cannotCreate, path, expected: "no model yet", found: "one",
        fix: "choose another `output`, or set `force` to replace it")
    }
    let file = try WeightsFile(path: weights, decoders: .standard)
    let names = try labels.map { path in
      String(decoding: try AtomicFile.read(path, limit: 1 << 24), as: UTF8.self)
        .split(separator: "\n").map { String($0.last == "\r" ? $0.dropLast() : $0) }
    }
    let model = try known.model(file, labels: names, decoders: .standard)
    try RunFolder.create(output)
    try model.save(to: path)
    for note in file.notes { options.note(note) }
    let result = Result(
      model: path, network: known.name, tensors: model.model.tensors.count,
      parameters: model.model.parameterCount, classes: known.classes, notes: file.notes)
    if options.json { return try printJSON(result) }
    print(
      "\(path): \(known.name), \(result.tensors) tensors, \(result.parameters) numbers, "
        + "\(known.classes) classes")
  }
}
