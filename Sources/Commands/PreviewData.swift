import ArgumentParser
import Charts
import Codecs
import Glassbox

/// `glassbox data preview`
struct PreviewData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Draw images as the network will see them, one row for each class.",
    discussion: """
      glassbox data preview animals --augment usual --output sheet.png

      With --augment each image is followed by variants of it, one for each epoch.
      """)

  @OptionGroup var options: DataOptions
  @Option(help: "The PNG file to write.", completion: .file())
  var output: String
  @Option(help: "Images of each class.")
  var images: Int?
  @Option(help: "Variants of each image, with --augment.")
  var variants = ContactSheet.usualVariants
  @Flag(help: "Replace the file.")
  var force = false

  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false
  @Flag(help: "No notes.")
  var quiet = false

  private struct Result: Encodable {
    let data: String
    /// Of the training part.
    let images: Int
    let preprocessing: String
    /// What each row of the sheet shows.
    let rows: [String]
    /// How many follow each image.
    let variants: Int
    /// The PNG file.
    let sheet: String
    let notes: [String]
  }

  func validate() throws {
    guard (1...1000).contains(images ?? 1), (0...1000).contains(variants) else {
      throw ValidationError("--images from 1 to 1000, --variants from 0 to 1000")
    }
  }

  func run() throws {
    let configuration = try options.configuration()
    guard let path = configuration.data.source else {
      throw Failure(
        status: .usage,
        text: "data: expected a folder of images, found none. "
          + "Fix: glassbox data preview DIR --output sheet.png")
    }
    try AtomicFile.refuseToOverwrite(output, force: force)
    let data = try PreparedData(configuration, decoders: .standard)
    let isVaried = data.train.augmentation != nil
    let sheet = try ContactSheet(
      data, images: images ?? ContactSheet.usualImages(isVaried: isVaried),
      variants: isVaried ? variants : 0,
      seed: configuration.data.seed)
    try AtomicFile.write(sheet.image.png, to: output)
    for note in data.notes where !quiet { StandardError.write("note: \(note)\n") }
    if json {
      return try printJSON(
        Result(
          data: path, images: data.train.count, preprocessing: data.preprocessing.summary,
          rows: sheet.rows, variants: isVaried ? variants : 0, sheet: output, notes: data.notes))
    }
    print("\(path): \(data.train.count) training images, \(data.preprocessing.summary)")
    for (place, row) in sheet.rows.enumerated() { print("row \(place + 1): \(row)") }
    if isVaried { print("each image is followed by \(variants) variants") }
    print("the sheet is in \(output)")
  }
}
