import Engine

/// A small view of an image, which remains nearly the same when the image is saved again, or in another
/// size.
package struct ImageFingerprint: Sendable, Equatable {
  /// A hash of all levels: equal images have equal ones.
  let levels: UInt64
  /// The difference hash: for each of 8 × 8 places whether its right neighbour is lighter (N. Krawetz,
  /// "Kind of like that", 2013).
  let differences: UInt64
  /// 16 × 16 grey levels as shares of the image's range, 0 to 255.
  let view: [UInt8]
  /// The deviation of those.
  let contrast: Float

  private static let side = 16

  /// - Parameter image: the levels of a prepared image.
  init(_ image: [UInt8], _ encoding: ImagePreprocessing) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    // FNV-1a.
    for byte in image { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    levels = hash
    func reduced<Level: ImageLevel>(_: Level.Type, height: Int, width: Int) -> [Level] {
      let grey = ImagePreprocessing(
        height: height, width: width, channels: 1, resampling: .area, fit: .stretch,
        scaling: LevelScaling(scale: 1, offset: 0, deepRange: encoding.isDeep ? [0, .max] : nil))
      let intake = ImageIntake(
        grey, height: encoding.height, width: encoding.width, channels: encoding.channels,
        isDeep: encoding.isDeep)
      let length = encoding.width * encoding.channels * MemoryLayout<Level>.size
      image.withUnsafeBytes { image in
        for row in 0..<encoding.height { intake.take(row: row, image.baseAddress! + row * length) }
      }
      return intake.finish().withUnsafeBytes { Array($0.bindMemory(to: Level.self)) }
    }
    func seen<Level: ImageLevel>(_: Level.Type) -> (UInt64, [UInt8]) {
      let steps = reduced(Level.self, height: 8, width: 9)
      var differences: UInt64 = 0
      for row in 0..<8 {
        for column in 0..<8 where steps[9 * row + column] < steps[9 * row + column + 1] {
          differences |= 1 << UInt64(8 * row + column)
        }
      }
      let view = reduced(Level.self, height: Self.side, width: Self.side)
      let (least, most) = (UInt64(view.min() ?? 0), UInt64(view.max() ?? 0))
      let range = max(1, most - least)
      return (differences, view.map { UInt8((255 * (UInt64($0) - least) + range / 2) / range) })
    }
    (differences, view) = encoding.isDeep ? seen(UInt16.self) : seen(UInt8.self)
    let mean = view.reduce(Float(0)) { $0 + Float($1) } / Float(view.count)
    contrast =
      (view.reduce(Float(0)) { $0 + (Float($1) - mean) * (Float($1) - mean) } / Float(view.count))
      .squareRoot()
  }

  /// Whether the images are nearly the same: few differing differences, and small views whose grey
  /// levels correlate by 0.9965 or more.
  ///
  /// Pictures of one kind, such as digits, have like hashes; only the views tell them apart. Of noisy
  /// pictures of one pattern different ones correlate by at most 0.995, those saved with quality 30 or in
  /// half their size by at least 0.997.
  func isNear(_ other: ImageFingerprint) -> Bool {
    guard (differences ^ other.differences).nonzeroBitCount <= Self.mostDifferences else {
      return false
    }
    // A flat image tells nothing.
    let (a, b) = (contrast, other.contrast)
    guard a > 4, b > 4 else { return false }
    let count = Float(view.count)
    var (sum, otherSum, products) = (Float(0), Float(0), Float(0))
    for (level, other) in zip(view, other.view) {
      sum += Float(level)
      otherSum += Float(other)
      products += Float(level) * Float(other)
    }
    let covariance = products / count - (sum / count) * (otherSum / count)
    return covariance >= 0.9965 * a * b
  }

  static let mostDifferences = 7
}

/// A file with a small view of what it shows.
package struct NamedImage: Sendable, Equatable {
  /// Its path.
  package let file: String
  let fingerprint: ImageFingerprint
}

/// Images on different sides of a split that are nearly the same: saved again, or in another size.
package struct NearDuplicates: Sendable, Equatable {
  /// How many images of validation and test have a near twin in an earlier part, and no equal one.
  package let count: Int
  /// The first of them, at most ten, in the order of the parts.
  package let examples: [Duplicates.Pair]

  /// At most so many images with like hashes are compared with one, so that the time grows with the
  /// number of images only.
  private static let mostCompared = 256

  /// With seven differing bits of 64 one byte at least is the same: only images that share a byte of
  /// the hash are compared.
  ///
  /// - Returns: nil for data that are no images of their own.
  package init?(train: Dataset, validation: Dataset?, test: Dataset?) {
    guard let learned = train.images else { return nil }
    self.init([
      (.train, learned), (.validation, validation?.images ?? []), (.test, test?.images ?? []),
    ])
  }

  init(_ given: [(part: Split.Part, images: [NamedImage])]) {
    let all = given.flatMap { part, images in
      images.enumerated().map { (part: part, row: $0, image: $1.fingerprint) }
    }
    var tables = [[Int32]](repeating: [], count: 8 * 256)
    var (count, examples): (Int, [Duplicates.Pair]) = (0, [])
    for (place, one) in all.enumerated() {
      let image = one.image
      let buckets = (0..<8).map { 256 * $0 + Int(image.differences >> UInt64(8 * $0) & 0xFF) }
      var twin: Int?
      if one.part != .train {
        for bucket in buckets where twin == nil {
          twin = tables[bucket].suffix(Self.mostCompared).lazy.map(Int.init).first {
            let other = all[$0]
            return other.part != one.part && other.image.levels != image.levels
              && other.image.isNear(image)
          }
        }
      }
      if let twin {
        count += 1
        if examples.count < 10 {
          examples.append(
            Duplicates.Pair(
              row: one.row, part: one.part, twin: all[twin].row, twinPart: all[twin].part))
        }
      }
      for bucket in buckets { tables[bucket].append(Int32(place)) }
    }
    (self.count, self.examples) = (count, examples)
  }

  /// What to tell the user; nil when there are none.
  /// - Parameter name: what a row of a part is called.
  package func note(_ name: (Split.Part, Int) -> String) -> String? {
    guard count > 0 else { return nil }
    return
      "\(count) images are nearly the same as one of an earlier part, saved again or in another "
      + "size, so their scores flatter: " + examples.text(name)
      + (count > examples.count ? ", …" : "")
  }
}

/// The same picture with different labels.
struct Contradictions {
  private let pairs: [(one: Int, other: Int)]
  /// All rows that show such a picture.
  let rows: Set<Int>

  /// - Parameters:
  ///   - places: the rows that are compared.
  ///   - hashes: of their levels.
  ///   - length: bytes of a row.
  init(
    _ places: [Int], hashes: [UInt64], labels: [Int], rows: any ByteRows, length: Int
  ) throws {
    var first: [UInt64: [Int]] = [:]
    var pairs: [(Int, Int)] = []
    var doubtful: Set<UInt64> = []
    func bytes(_ row: Int) throws -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: length)
      try bytes.withUnsafeMutableBufferPointer { try rows.copy(row, into: $0.baseAddress!) }
      return bytes
    }
    for index in places.indices {
      // One of each label stands for all of it.
      let others = first[hashes[index], default: []]
      let twin = try others.first { other in
        guard labels[other] != labels[index] else { return false }
        return try bytes(places[other]) == bytes(places[index])
      }
      if let twin {
        pairs.append((places[twin], places[index]))
        doubtful.insert(hashes[index])
      }
      if !others.contains(where: { labels[$0] == labels[index] }) {
        first[hashes[index], default: []].append(index)
      }
    }
    self.pairs = pairs
    self.rows = Set(places.indices.filter { doubtful.contains(hashes[$0]) }.map { places[$0] })
  }

  /// - Parameter name: the path of a row and its class.
  func problems(_ name: (Int) -> (path: String, label: String)) -> [Problem] {
    pairs.map { one, other in
      let (one, other) = (name(one), name(other))
      return Problem.data(
        other.path, expected: "one class for one picture",
        found: "the same picture as \(one.path), there `\(one.label)`, here `\(other.label)`",
        fix: "remove the wrong one")
    }
  }
}
