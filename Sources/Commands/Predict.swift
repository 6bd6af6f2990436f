import ArgumentParser
import Codecs
import Formatting
import Glassbox

/// `glassbox predict`
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer for new data.",
    discussion: """
      glassbox predict runs/students --input hours=3,sleep=7
      glassbox predict runs/students new.csv --json
      glassbox predict runs/animals cat.jpg dog.png
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: """
      A CSV file, - for standard input, an IDX file of images, JPEG and PNG images, or a folder of \
      them.
      """, completion: .file())
  var data: [String] = []
  @Option(help: "One row: column=value,column=value, or its values in the order of the columns.")
  var input: String?
  @Option(help: "Threads for many rows; changes no bit of the answers.")
  var threads = 1
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: String
    let labels: [String]?
    /// The share of true answers that intervals or sets hold; nil for a model without.
    let coverage: Double?
    /// Of images, in the order of the predictions.
    let files: [String]?
    let predictions: [Prediction]
  }

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads: 1 to 1024") }
    guard data.isEmpty != (input == nil) else {
      throw ValidationError(
        data.isEmpty
          ? "give a model and then a data file or --input, such as: "
            + "glassbox predict \(model.shellQuoted) --input hours=3,sleep=7"
          : "give either a data file or --input, not both")
    }
  }

  func run() throws {
    let trained = try openModel(model)
    let images = try images(trained.preprocessing)
    // One image after the other, so that any number of them fits into memory.
    let predictions =
      try images?.map { path in
        var source = try FileSource(path: path)
        return try trained.predict(
          image: source.readAll(limit: ImageDecoder.fileLimit), name: path)
      } ?? trained.predict(samples(trained.preprocessing), threads: threads)
    tellNotes(predictions, images)
    guard output.json else {
      return print(
        PredictionTable(predictions, of: trained.preprocessing.targetNames, files: images).text)
    }
    try printJSON(
      Result(
        model: try RunFolder.modelFile(of: model),
        labels: trained.labels.isEmpty ? nil : trained.labels,
        coverage: trained.calibration?.coverage, files: images,
        predictions: predictions))
  }

  private func samples(_ preprocessing: Preprocessing) throws -> Examples {
    if let input {
      return try Examples(
        shape: preprocessing.inputShape, floats: preprocessing.inputs(written: input))
    }
    guard let path = data.first, data.count == 1 else {
      throw Failure(
        status: .usage, text: "data: expected one file of rows, found \(data.count).")
    }
    let location = DataLocation(path)
    if case .columns = preprocessing.inputs { try Self.refuseImages(path) }
    if case .byteImages = preprocessing.inputs {
      return try preprocessing.encode(
        IDX(path: location.paths[0], gunzip: Decoders.standard.gunzip))
    }
    let table = try DataTable(
      path: path,
      options: preprocessing.tableOptions(needsTarget: false), decoders: .standard)
    for note in preprocessing.notes(encoding: table) { output.note(note) }
    return try preprocessing.encode(table)
  }

  /// A model of tables would call an image a damaged table.
  private static func refuseImages(_ path: String) throws {
    let isFolder = ImageFolder.isFolder(path)
    guard isFolder || [".jpg", ".jpeg", ".png"].contains(where: path.lowercased().hasSuffix) else {
      return
    }
    throw Problem.data(
      path, expected: "a table, as in training", found: isFolder ? "a folder" : "an image",
      fix: "give a CSV file: this model was not trained with images")
  }

  /// The image files that were named, those of folders included; nil when it is other data.
  private func images(_ preprocessing: Preprocessing) throws -> [String]? {
    guard preprocessing.imagePreprocessing != nil, let first = data.first else { return nil }
    if case .byteImages = preprocessing.inputs, !ImageFolder.isFolder(first) {
      // A file of such a model may also hold many images in one.
      guard first != "-" else { return nil }
      let source = try FileSource(path: first)
      var start = [UInt8](repeating: 0, count: 16)
      let count = try start.withUnsafeMutableBytes { try source.read(into: $0) }
      guard ImageFile.isImage(Array(start[..<count])) else { return nil }
    }
    return try data.flatMap { path in
      ImageFolder.isFolder(path)
        ? try ImageFolder.files(below: path).map { "\(path)/\($0)" } : [path]
    }
  }

  /// The rows that are noted one by one.
  private static let mostNoted = 10

  /// What was noted of each answer, of the first rows of which anything was.
  private func tellNotes(_ predictions: [Prediction], _ files: [String]?) {
    let noted = predictions.indices.filter { predictions[$0].notes != nil }
    for place in noted.prefix(Self.mostNoted) {
      let name = files?[place] ?? "row \(place + 1)"
      let start = predictions.count == 1 ? "" : "\(name): "
      for note in predictions[place].notes ?? [] { output.note(start + note) }
    }
    let rest = noted.count - Self.mostNoted
    if rest > 0 { output.note("\(rest) more rows are far outside the training's ranges") }
  }
}
