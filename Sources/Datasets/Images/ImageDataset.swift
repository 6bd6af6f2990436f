import Engine
import Synchronization

/// Images, decoded once and prepared to one size, their bytes kept where there is room.
public struct ImageDataset: Sendable {
  /// Where they come from: a folder, or a table of paths.
  package let name: String
  /// The folder that the files' paths begin at.
  package let folder: String
  /// The classes that the files' labels mean; empty for files without labels.
  package let classes: [String]
  /// The files that could be read, in the order of the list; the examples are in this order.
  package let files: [ImageFolder.File]
  /// For each file its place in the list.
  package let places: [Int]
  /// The SHA-256 of each file's bytes, as 64 hexadecimal digits.
  public let hashes: [String]
  /// Size, channels and depth of the inputs; levels are still levels.
  package let encoding: ImagePreprocessing
  /// What a reader should know: files that were left out.
  public let notes: [String]
  let rows: any ByteRows
  /// Small views of the images, to find those that are nearly the same.
  private let fingerprints: [ImageFingerprint]

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
    try self.init(
      folder.files, of: folder.classes, in: folder.path, name: folder.path, notes: folder.notes,
      options, decoder: decoder)
  }

  /// Reads listed files.
  /// - Parameters:
  ///   - classes: that their labels mean; empty for files without labels.
  ///   - folder: that their paths begin at.
  ///   - name: how messages call the list.
  /// - Throws: as ``init(path:_:decoder:)``.
  package init(
    _ list: [ImageFolder.File], of classes: [String], in folder: String, name: String,
    notes: [String] = [], _ options: ImageOptions, decoder: ImageDecoder
  ) throws {
    var decoder = decoder
    decoder.pixelLimit = options.pixelLimit
    let paths = list.map { Self.path($0, in: folder) }
    let found = Self.headers(paths, options, decoder)
    var problems = found.problems
    if !options.skipsBad { try Self.refuse(problems) }
    let read = found.values
    let headers = read.compactMap { $0?.header }
    guard !headers.isEmpty else { throw Self.nothingLeft(name, problems) }
    let encoding = Self.encoding(headers, options)
    try encoding.validate()

    let kept = paths.indices.filter { read[$0] != nil }
    let all = PreparedImages(
      kept.map { paths[$0] }, memory: kept.map { read[$0]!.memory }, encoding, options, decoder)
    problems += all.problems
    if !options.skipsBad { try Self.refuse(problems) }
    var good = kept.indices.filter { all.fingerprints[$0] != nil }
    if !classes.isEmpty {
      let twins = try Contradictions(
        good, hashes: good.map { all.fingerprints[$0]!.levels },
        labels: good.map { list[kept[$0]].label }, rows: all.rows, length: encoding.byteCount)
      let contradictions = twins.problems { (list[kept[$0]].path, classes[list[kept[$0]].label]) }
      if !options.skipsBad {
        try Self.refuse(
          contradictions, "pictures in one class each", found: "in two")
      }
      problems += contradictions
      good.removeAll(where: twins.rows.contains)
    }
    guard !good.isEmpty else { throw Self.nothingLeft(name, problems) }
    rows = good.count == kept.count ? all.rows : SelectedRows(rows: all.rows, places: good)
    places = good.map { kept[$0] }
    files = places.map { list[$0] }
    hashes = places.map { read[$0]!.hash }
    fingerprints = good.map { all.fingerprints[$0]! }
    storage = all.storage
    (self.name, self.folder, self.classes, self.encoding) = (name, folder, classes, encoding)
    self.notes =
      notes + Self.notes(on: headers, encoding) + problems.map { "left out: \($0)" }
  }

  /// The path of each file, with a small view of what it shows.
  var named: [NamedImage] {
    zip(files, fingerprints).map {
      NamedImage(file: Self.path($0, in: folder), fingerprint: $1)
    }
  }

  private static func path(_ file: ImageFolder.File, in folder: String) -> String {
    folder.isEmpty || file.path.hasPrefix("/") ? file.path : "\(folder)/\(file.path)"
  }

  private struct Found: Sendable {
    let header: DecodedImage.Header
    let hash: String
    /// Bytes that decoding holds: the file, and what its own order asks for.
    let memory: Int
  }

  private static func headers(
    _ paths: [String], _ options: ImageOptions, _ decoder: ImageDecoder
  ) -> Results<Found> {
    let found = Results<Found>(paths.count)
    Threads.forEach(paths.count, threads: options.threads) { place in
      found.set(place) {
        let bytes = try ImageDecoder.bytes(paths[place])
        let header = try decoder.header(bytes, paths[place])
        return Found(
          header: header, hash: SHA256.hex(bytes), memory: bytes.count + header.memory)
      }
    }
    return found
  }

  private static func refuse(
    _ problems: [Problem], _ expected: String = "files that can be read",
    found: String = "that cannot"
  ) throws {
    guard !problems.isEmpty else { return }
    var shown: [Problem] = Array(problems.prefix(Problem.limit))
    shown.append(
      Problem.data(
        "images", expected: expected, found: "\(problems.count) \(found)",
        fix: "mend or remove them, or leave them out with `skip_bad: true`"))
    try Problem.throwIfAny(shown)
  }

  private static func nothingLeft(_ name: String, _ problems: [Problem]) -> Problem {
    Problem.data(
      name, expected: "at least one image",
      found: "\(problems.count) files that cannot be read",
      fix: "give images in a format that is read")
  }

  /// As asked, or by the files: colour and 16 bits if any has them, and the middle of all heights and
  /// widths, scaled down to the usual side.
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
    let isDeep = options.isDeep ?? headers.contains(where: \.isDeep)
    return ImagePreprocessing(
      height: options.size?.height ?? height, width: options.size?.width ?? width,
      channels: options.channels ?? headers.map(\.channels).max()!,
      resampling: options.resampling, fit: options.fit,
      scaling: LevelScaling(scale: 1, offset: 0, deepRange: isDeep ? [0, .max] : nil))
  }

  /// Files of both depths in one set.
  private static func notes(
    on headers: [DecodedImage.Header], _ encoding: ImagePreprocessing
  ) -> [String] {
    let others = headers.count { $0.isDeep != encoding.isDeep }
    guard others > 0 else { return [] }
    return [
      encoding.isDeep
        ? "images of 8 bits among those of 16, their levels taken times 257: \(others)"
        : "images of 16 bits, rounded to 8 as the model reads them: \(others)"
    ]
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

/// What several threads found, in the order of the places.
final class Results<Value: Sendable>: Sendable {
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
