import ArgumentParser
import Charts
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
  @Option(help: "The PNG file to write.")
  var output: String
  @Option(help: "Images of each class.")
  var images: Int?
  @Option(help: "Variants of each image, with --augment.")
  var variants = 5
  @Flag(help: "Replace the file.")
  var force = false

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
    if !force, (try? FileSource(path: output)) != nil {
      throw Problem(
        .cannotCreate, output, expected: "a new file", found: "an existing one",
        fix: "choose another name, or add --force to replace it")
    }
    let data = try PreparedData(configuration, gunzip: gunzip, images: imageDecoder)
    let isVaried = data.train.augmentation != nil
    let sheet = try ContactSheet(
      data, images: images ?? (isVaried ? 2 : 12), variants: isVaried ? variants : 0,
      seed: configuration.data.seed)
    try AtomicFile.write(sheet.image.png, to: output)
    for note in data.notes { StandardError.write("note: \(note)\n") }
    print("\(path): \(data.train.count) training images, \(data.preprocessing.summary)")
    for (place, row) in sheet.rows.enumerated() { print("row \(place + 1): \(row)") }
    if isVaried { print("each image is followed by \(variants) variants") }
    print("the sheet is in \(output)")
  }
}
