import Engine
import Synchronization

/// The images of a folder, decoded once and prepared to one size, their bytes kept where there is
/// room.
public struct ImageDataset: Sendable {
  /// The folder as it was listed.
  package let folder: ImageFolder
  /// The files that could be read, in the folder's order; the examples are in this order.
  package let files: [ImageFolder.File]
  /// The SHA-256 of each file's bytes, as 64 hexadecimal digits.
  public let hashes: [String]
  /// Size and channels of the inputs; bytes are still bytes.
  package let encoding: ImagePreprocessing
  /// What a reader should know: files that were left out.
  public let notes: [String]
  let rows: any ByteRows

  /// Where the prepared images are kept.
  package enum Storage: String, Sendable {
    /// They fit the limit of memory.
    case memory
    /// They fit the limit of the disk.
    case disk
    /// Nowhere: they are decoded whenever they are needed.
    case files
  }
  /// Where the prepared images are kept.
  package let storage: Storage

  /// Reads all files of a folder with a folder of images for each class, in the order of their names'
  /// bytes: first what they say of themselves, then the images.
  /// - Throws: `Problem` for a folder without classes, and for each bad file, at most ten and together,
  ///   unless they are skipped; `Problem` when none is left.
  public init(
    path: String, _ options: ImageOptions = ImageOptions(), decoder: ImageDecoder
  ) throws {
    let folder = try ImageFolder(listing: path)
    let paths = folder.files.map { "\(folder.path)/\($0.path)" }
    let found = Results<Found>(paths.count)
    Threads.forEach(paths.count, threads: options.threads) { place in
      found.set(place) {
        let bytes = try ImageDecoder.bytes(paths[place])
        return Found(
          header: try decoder.header(bytes, paths[place]), hash: SHA256.hex(bytes))
      }
    }
    var problems = found.problems
    if !options.skipsBad { try Self.refuse(problems) }
    let read = found.values
    let headers = read.compactMap { $0?.header }
    guard !headers.isEmpty else { throw Self.nothingLeft(folder, problems) }
    let encoding = Self.encoding(headers, options)
    try encoding.validate()

    let kept = paths.indices.filter { read[$0] != nil }
    let all = Self.prepare(
      kept.map { paths[$0] }, encoding, options, decoder)
    problems += all.problems
    if !options.skipsBad { try Self.refuse(problems) }
    let good = kept.indices.filter { all.isGood[$0] }
    guard !good.isEmpty else { throw Self.nothingLeft(folder, problems) }
    rows = good.count == kept.count ? all.rows : SelectedRows(rows: all.rows, places: good)
    files = good.map { folder.files[kept[$0]] }
    hashes = good.map { read[kept[$0]]!.hash }
    storage = all.storage
    self.folder = folder
    self.encoding = encoding
    notes =
      folder.notes
      + problems.map { "left out: \($0)" }
  }

  private struct Found: Sendable {
    let header: DecodedImage.Header
    let hash: String
  }

  private static func refuse(_ problems: [Problem]) throws {
    guard !problems.isEmpty else { return }
    var shown: [Problem] = Array(problems.prefix(Problem.limit))
    shown.append(
      Problem.data(
        "images", expected: "files that can be read",
        found: "\(problems.count) that cannot",
        fix: "mend or remove them, or leave them out with `skip_bad: true`"))
    try Problem.throwIfAny(shown)
  }

  private static func nothingLeft(_ folder: ImageFolder, _ problems: [Problem]) -> Problem {
    Problem.data(
      folder.path, expected: "at least one image",
      found: "\(problems.count) files that cannot be read", fix: "give JPEG or PNG files")
  }

  /// As asked, or by the files: colour if any is, and the middle of all heights and widths, scaled
  /// down to the usual side.
  private static func encoding(
    _ headers: [DecodedImage.Header], _ options: ImageOptions
  ) -> ImagePreprocessing {
    func middle(_ sides: [Int]) -> Int { sides.sorted()[sides.count / 2] }
    var (height, width) = (middle(headers.map(\.height)), middle(headers.map(\.width)))
    let largest = max(height, width)
    if largest > ImageOptions.usualSide {
      height = max(1, (height * ImageOptions.usualSide + largest / 2) / largest)
      width = max(1, (width * ImageOptions.usualSide + largest / 2) / largest)
    }
    return ImagePreprocessing(
      height: options.size?.height ?? height, width: options.size?.width ?? width,
      channels: options.channels ?? headers.map(\.channels).max()!,
      resampling: options.resampling, fit: options.fit, scaling: ByteScaling(scale: 1, offset: 0))
  }

  private struct Prepared {
    let rows: any ByteRows
    let storage: Storage
    let isGood: [Bool]
    let problems: [Problem]
  }

  /// Decodes every file once, also where nothing can be kept: to know which are bad.
  private static func prepare(
    _ paths: [String], _ encoding: ImagePreprocessing, _ options: ImageOptions,
    _ decoder: ImageDecoder
  ) -> Prepared {
    let length = encoding.height * encoding.width * encoding.channels
    let (size, overflow) = length.multipliedReportingOverflow(by: paths.count)
    let memory =
      !overflow && size <= options.memoryLimit ? ImagesInMemory(paths.count, length: length) : nil
    let disk =
      memory == nil && !overflow && size <= options.diskLimit ? ImagesOnDisk(length: length) : nil
    let isDiskFull = Flag()
    let results = Results<Bool>(paths.count)
    Threads.forEach(paths.count, threads: options.threads) { place in
      results.set(place) {
        let image = encoding.bytes(of: try decoder.read(paths[place]))
        memory?.set(place, to: image)
        if let disk, !isDiskFull.isSet, !disk.set(place, to: image) { isDiskFull.set() }
        return true
      }
    }
    let isGood = results.values.map { $0 != nil }
    if let memory {
      return Prepared(rows: memory, storage: .memory, isGood: isGood, problems: results.problems)
    }
    if let disk, !isDiskFull.isSet {
      return Prepared(rows: disk, storage: .disk, isGood: isGood, problems: results.problems)
    }
    return Prepared(
      rows: ImagesInFiles(paths: paths, encoding: encoding, decoder: decoder), storage: .files,
      isGood: isGood, problems: results.problems)
  }
}

/// Some of the rows.
private struct SelectedRows: ByteRows {
  let rows: any ByteRows
  let places: [Int]

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) throws {
    try rows.copy(places[row], into: destination)
  }
}

private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}

/// What several threads found, in the order of the places.
private final class Results<Value: Sendable>: Sendable {
  private let found: Mutex<[Result<Value, any Error>?]>

  init(_ count: Int) { found = Mutex(Array(repeating: nil, count: count)) }

  func set(_ place: Int, _ body: () throws -> Value) {
    let result = Result { try body() }
    found.withLock { $0[place] = result }
  }

  var values: [Value?] { found.withLock { $0.map { try? $0?.get() } } }

  var problems: [Problem] {
    found.withLock { results in
      results.compactMap { result in
        guard case .failure(let error)? = result else { return nil }
        return error as? Problem
          ?? Problem(.malformed, "image", expected: "an image", found: "\(error)")
      }
    }
  }
}
