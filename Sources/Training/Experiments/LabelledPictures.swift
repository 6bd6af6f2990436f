import Datasets
import Engine

/// One image, or a folder of images without folders in it, whose class is said, or is the name of the folder
/// they lie in.
struct LabelledPictures {
  private let paths: [String]
  private let folder: String
  /// The class, where it is said.
  private let said: String?

  /// - Returns: nil for other data, which is read as a whole.
  init?(_ source: String, _ preprocessing: Preprocessing, _ said: String?) throws {
    guard preprocessing.imagePreprocessing != nil else { return nil }
    self.said = said
    switch DataLocation(source) {
    case .idx: return nil
    case .table(let path):
      guard try !TrainedModel.listsImages(path) else { return nil }
      paths = [path]
      let parts = path.split(separator: "/")
      folder = parts.count > 1 ? String(parts[parts.count - 2]) : ""
    case .folder(let path):
      let files = try ImageFolder.files(below: path)
      guard !files.isEmpty, files.allSatisfy({ !$0.contains("/") }) else { return nil }
      paths = files.map { "\(path)/\($0)" }
      folder = path.split(separator: "/").last.map(String.init) ?? ""
    }
  }

  /// - Throws: `Problem` for a folder that is not called as a class, and for a file that is no image.
  func dataset(
    _ preprocessing: Preprocessing, _ decoders: Decoders, strict: Bool, note: (String) -> Void
  ) throws -> Dataset {
    let classes = preprocessing.classes
    if let said, !classes.contains(said) { throw Problem.unknown("target", said, among: classes) }
    guard let label = classes.firstIndex(of: said ?? folder) else {
      throw Problem.data(
        paths[0],
        expected: "an image in a folder that is called as its class: "
          + classes.prefix(10).joined(separator: ", ") + (classes.count > 10 ? ", …" : ""),
        found: folder.isEmpty ? "no folder" : "the folder `\(folder)`",
        fix: "name its class with `target`, or give a folder with a folder for each class")
    }
    let decoder = try decoders.imageDecoder(for: paths[0])
    let source = paths.count == 1 ? paths[0] : folder
    if said == nil {
      note(
        "\(source): taken to show `\(folder)`, as the folder is called"
      )
    }
    if let alone = try preprocessing.noteOnImagesAlone(strict: strict, at: source) { note(alone) }
    let images = try paths.map { path in
      var source = try FileSource.opening(path)
      return try decoder.decode(source.readAll(limit: ImageDecoder.fileLimit), source.name)
    }
    return try Dataset(
      inputs: preprocessing.encode(images: images),
      targets: Examples(
        shape: .scalar, floats: [Float](repeating: Float(label), count: images.count)))
  }
}
