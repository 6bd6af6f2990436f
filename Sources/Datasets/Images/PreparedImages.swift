import Engine
import Synchronization

/// Images in one size, kept where there is room. Each is decoded once, also where nothing can be kept:
/// to know which are bad.
struct PreparedImages {
  let rows: any ByteRows
  let storage: ImageDataset.Storage
  /// A small view of each image; nil where it cannot be read.
  let fingerprints: [ImageFingerprint?]
  let problems: [Problem]

  /// What all threads together may hold for decoding, in bytes, unless one image alone takes more.
  static let decodingMemory = 1 << 30

  /// - Parameter memory: for each file what decoding it holds, in bytes.
  init(
    _ paths: [String], memory needs: [Int], _ encoding: ImagePreprocessing,
    _ options: ImageOptions, _ decoder: ImageDecoder
  ) {
    let length = encoding.byteCount
    let (size, overflow) = length.multipliedReportingOverflow(by: paths.count)
    let memory =
      !overflow && size <= options.memoryLimit ? ImagesInMemory(paths.count, length: length) : nil
    let disk =
      memory == nil && !overflow && size <= options.diskLimit ? ImagesOnDisk(length: length) : nil
    let isDiskFull = Flag()
    let results = Results<ImageFingerprint>(paths.count)
    @Sendable func prepare(_ place: Int) {
      results.set(place) {
        let path = paths[place]
        let image = try decoder.input(ImageDecoder.bytes(path), path, encoding)
        memory?.set(place, to: image)
        if let disk, !isDiskFull.isSet, !disk.set(place, to: image) { isDiskFull.set() }
        return ImageFingerprint(image, encoding)
      }
    }
    // One after the other where several at once would take too much.
    let share = Self.decodingMemory / max(1, options.threads)
    let small = paths.indices.filter { needs[$0] <= share }
    Threads.forEach(small.count, threads: options.threads) { prepare(small[$0]) }
    for place in paths.indices where needs[place] > share { prepare(place) }

    (fingerprints, problems) = (results.values, results.problems)
    if let memory {
      (rows, storage) = (memory, .memory)
    } else if let disk, !isDiskFull.isSet {
      (rows, storage) = (disk, .disk)
    } else {
      rows = ImagesInFiles(paths: paths, encoding: encoding, decoder: decoder)
      storage = .files
    }
  }
}

private final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}
