import ArgumentParser
import Codecs
import Glassbox

/// `glassbox inspect`
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a model, a checkpoint or a run.",
    discussion: """
      glassbox inspect runs/students
      glassbox inspect --layers             every layer a configuration file can name
      glassbox inspect --settings           every setting of a run
      """)

  @Argument(
    help: "A model file, a checkpoint file or the folder of a run.", completion: .file())
  var path: String?
  @Flag(help: "List the layers for the `network:` of a configuration file, with their settings.")
  var layers = false
  @Flag(help: "List the settings of a run, with what they may be and their defaults.")
  var settings = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [layers, settings, path != nil].count(where: \.self) == 1 else {
      throw ValidationError("give a model, a checkpoint or a run, or --layers or --settings alone")
    }
  }

  func run() throws {
    if settings {
      let list = RunConfiguration.settings
      return output.json ? try printJSON(["settings": list]) : print(list.text, terminator: "")
    }
    guard let path else {
      let list = try LayerListing()
      return output.json ? try printJSON(list) : print(list.text, terminator: "")
    }
    var file = try RunFolder.modelFile(of: path)
    if let folder = try? RunFolder(existing: path), !folder.has(.model) {
      file = folder[.checkpoint]
    }
    let content = try ModelFile(path: file, decoders: .standard)
    if output.json { return try printJSON(content) }
    print(content.text)
  }
}
