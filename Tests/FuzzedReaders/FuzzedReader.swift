import Codecs
import ConfigurationFiles
import Datasets
import Diagnosis
import Engine
import Exchange
import Lessons
import Networks
import Serving
import Training
import Tuning

/// Whatever reads bytes that come from outside. The package `Fuzzing` feeds each with mutated files, and
/// the tests with the files that once brought one down.
public enum FuzzedReader: String, CaseIterable, Sendable {
  case safetensors, model, checkpoint
  case csv, idx, gzip, zip, png, jpeg, webp, exif
  case yaml, json, split, lesson, space
  /// What `torch.save` wrote.
  case pytorch
  case runFolder = "run-folder"
  /// Bodies of requests.
  case requestJSON = "request-json"
  case requestForm = "request-form"
  case onnx

  /// Reads the bytes and uses what was read as far as the program would without data.
  ///
  /// A file may be refused, never anything else.
  /// - Parameter folder: a folder of its own, for readers of files.
  /// - Throws: `Problem` for what is refused; any other error is a defect of the reader.
  public func read(_ bytes: [UInt8], folder: String) throws {
    switch self {
    case .safetensors:
      Self.attempt { _ = try ModelFile(bytes: bytes, name: name).text }
      _ = try SafeTensors(bytes: bytes, from: name).bytes()
    case .model: _ = try TrainedModel(bytes: bytes, name: name, decoders: .standard)
    case .checkpoint: _ = try Checkpoint(bytes: bytes, name: name)
    case .csv: try Self.readTable(bytes)
    case .idx: try Self.readPair(bytes)
    case .gzip: _ = try Gzip.decode(bytes, limit: 1 << 22)
    case .zip: _ = try Zip.decode(bytes, limit: 1 << 22)
    case .pytorch: try Self.readWeights(bytes)
    case .png:
      Self.attempt { _ = try ImageFile.decode(bytes, limits: Self.smallImages) }
      try Self.readImage(PNGChunks.withChecksums(bytes))
    case .jpeg, .webp: try Self.readImage(bytes)
    case .exif: _ = try ImageFile.header(Self.jpeg(exif: bytes))
    case .yaml:
      _ = try ConfigurationSources(file: ConfigurationFile.read(bytes, name)).configuration()
    case .space:
      _ = try SearchSpace(ConfigurationFile.read(bytes, name), for: RunConfiguration())
    case .json:
      let text = String(decoding: bytes, as: UTF8.self)
      Self.attempt { _ = try LocatedValue(json: text, origin: name) }
      _ = try JSONText.decode(RunConfiguration.self, from: text, at: name).check()
    case .split:
      let manifest = try SplitManifest(json: bytes)
      _ = try manifest.split(rows: min(manifest.rows ?? 150, 1 << 16))
    case .lesson:
      guard let text = String(validating: bytes, as: UTF8.self) else { return }
      _ = try WorkedExample(markdown: text).check()
    case .runFolder: try Self.readRun(bytes, folder)
    case .requestJSON: try RequestBody.read(json: bytes)
    case .requestForm: try RequestBody.read(form: bytes)
    case .onnx: try Self.readNetwork(bytes)
    }
  }

  /// How messages call the bytes.
  private var name: String { rawValue }

  /// So that a thousand images a second can be tried.
  private static let smallImages: ImageFile.Limits = {
    var limits = ImageFile.Limits()
    (limits.side, limits.pixels) = (1 << 10, 1 << 16)
    return limits
  }()

  /// Whole, and brought to a size while it is decoded.
  private static func readImage(_ bytes: [UInt8]) throws {
    let image = try ImageFile.decode(bytes, limits: smallImages)
    let encoding = ImagePreprocessing(
      height: 5, width: 7, channels: 3,
      scaling: LevelScaling(scale: 1, offset: 0, deepRange: image.isDeep ? [0, .max] : nil))
    let input = try ImageFile.input(bytes, encoding, limits: smallImages)
    precondition(input == encoding.bytes(of: image), "one image gives one input")
  }

  /// What one reader refuses another may still take.
  private static func attempt(_ body: () throws -> Void) { try? body() }

  private static func readTable(_ bytes: [UInt8]) throws {
    let table = try DataTable(csv: bytes, name: "csv")
    _ = table.summary
    guard let target = table.columns.last?.name else { return }
    let preprocessing = try Preprocessing(
      fitting: table, target: target, rows: Array(0..<table.count))
    _ = try preprocessing.dataset(table)
    _ = preprocessing.summary
  }

  /// The bytes as a file, and as the pickle of an archive with a storage beside it.
  private static func readWeights(_ bytes: [UInt8]) throws {
    attempt { _ = try WeightsFile(bytes: bytes, name: "pytorch", decoders: .standard) }
    var decoders = Decoders.none
    decoders.unpack = { bytes, _ in
      ["data.pkl": { Array(bytes.dropFirst(4)) }, "data/0": { bytes }]
    }
    _ = try PyTorchFile(
      bytes: Decoders.zipSignature + bytes, decoders: decoders, at: "pytorch")
  }

  /// The bytes as one file, and as images and labels with a byte before them that says where to cut.
  private static func readPair(_ bytes: [UInt8]) throws {
    attempt {
      let file = try IDX(bytes, name: "idx", gunzip: Decoders.standard.gunzip)
      attempt { _ = try file.samples() }
      _ = try file.labels()
    }
    guard let first = bytes.first else { return }
    let rest = bytes.dropFirst()
    let images = try IDX(Array(rest.dropLast(Int(first))), name: "images")
    let labels = try IDX(Array(rest.suffix(Int(first))), name: "labels")
    let split = try Split(count: images.shape[0], strata: labels.labels(), seed: 1)
    let preprocessing = try Preprocessing(fitting: images, labels: labels, rows: split.train)
    _ = try preprocessing.dataset(images, labels: labels)
  }

  /// The header of a grey JPEG of one pixel with Exif data in it.
  private static func jpeg(exif: [UInt8]) -> [UInt8] {
    let segment = Array("Exif\0\0".utf8) + exif.prefix(1 << 15)
    let length = segment.count + 2
    return [0xFF, 0xD8, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + segment
      + [0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
  }

  /// The files of a run, one after another with a record separator (1E) between them.
  private static let runFiles = [
    "config.json", "report.json", "metrics.jsonl", "split.json", "model.safetensors",
  ]

  private static func readRun(_ bytes: [UInt8], _ folder: String) throws {
    let parts = bytes.split(
      separator: 0x1E, maxSplits: runFiles.count - 1, omittingEmptySubsequences: false)
    for (place, file) in runFiles.enumerated() {
      try write(place < parts.count ? parts[place] : [], to: "\(folder)/\(file)")
    }
    attempt {
      let run = try StoredRun(folder, decoders: .standard)
      attempt { _ = try run.state }
      _ = try run.model()
    }
    let run = try RunFolder(existing: folder)
    attempt { _ = try run.metrics() }
    let report = try RunReport(of: run)
    // Drawing takes twice as long as all else. Which pages are drawn is decided by the bytes, so that a
    // file that brings a page down does so again.
    if bytes.reduce(0, &+).isMultiple(of: 64) { _ = try ReportPage(report, of: run).html }
  }
}

extension FuzzedReader {
  /// What is wrong with how the reader takes these bytes; nil if it reads or refuses them in order.
  public func defect(on bytes: [UInt8], folder: String) -> String? {
    do {
      try read(bytes, folder: folder)
    } catch let problem as Problem {
      // Whoever reads the sentence sees all of it.
      _ = problem.description
    } catch {
      return "\(rawValue): an error that is no Problem: \(type(of: error)): \(error)"
    }
    return nil
  }
}
