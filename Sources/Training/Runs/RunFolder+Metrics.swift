import Engine
import Networks
import Platform

extension RunFolder {
  /// The epochs of `metrics.jsonl`, scores of a regression in the target's unit. A last line that was
  /// cut off while it was written is left out.
  /// - Throws: `Problem` if there is no such file, for a line that cannot be read.
  public func metrics() throws -> [EpochRecord] {
    let lines = try MetricsLines(of: self)
    return try (0..<lines.count).map(lines.record)
  }

  /// What a look at the metrics needs, soon also for a training of very many epochs that goes on.
  ///
  /// - Parameter most: how many epochs are read, about.
  /// - Throws: `Problem` as ``metrics()``, for the lines that are read.
  package func metricsOverview(most: Int) throws -> MetricsOverview {
    let lines = try MetricsLines(of: self)
    let stride = max(1, (lines.count + most - 1) / most)
    let best = lines.best
    let places = (0..<lines.count).filter {
      $0.isMultiple(of: stride) || $0 == best || $0 == lines.count - 1
    }
    return MetricsOverview(
      count: lines.count, stride: stride, epochs: try places.map(lines.record),
      seconds: try (0..<lines.count).reduce(0) { try $0 + lines.seconds(of: $1) })
  }
}

/// Few of a run's epochs, and what is to be known of all.
package struct MetricsOverview: Sendable {
  /// How many epochs there are.
  package let count: Int
  /// Each so many-th is among ``epochs``.
  package let stride: Int
  /// In order, the best and the last among them.
  package let epochs: [EpochRecord]
  /// Of all epochs.
  package let seconds: Double
}

/// The lines of `metrics.jsonl`, each understood when it is asked for.
private struct MetricsLines {
  private let path: String
  private let bytes: [UInt8]
  /// Of each line that is not empty, with its number in the file.
  private let places: [(range: Range<Int>, number: Int)]

  var count: Int { places.count }

  init(of folder: RunFolder) throws {
    path = folder[.metrics]
    bytes = try AtomicFile.read(path, limit: 1 << 30)
    var places: [(range: Range<Int>, number: Int)] = []
    var (start, number) = (0, 1)
    let lineEnd = [UInt8(ascii: "\n")]
    while let end = bytes[start...].place(of: lineEnd)?.lowerBound {
      if end > start { places.append((start..<end, number)) }
      (start, number) = (end + 1, number + 1)
    }
    self.places = places
  }

  func record(at place: Int) throws -> EpochRecord {
    let location = "\(path):\(places[place].number)"
    let text = String(decoding: bytes[places[place].range], as: UTF8.self)
    let record = try JSONText.decode(MetricsLine.self, from: text, at: location).record
    try CountLimits.check(record, at: location)
    return record
  }

  /// The last of the best epochs.
  var best: Int? {
    places.indices.last { value(after: Self.isBest, at: $0)?.elementsEqual("true".utf8) ?? false }
  }

  func seconds(of place: Int) throws -> Double {
    let text = value(after: Self.seconds, at: place).map { String(decoding: $0, as: UTF8.self) }
    return try text.flatMap(Double.init) ?? record(at: place).seconds
  }

  /// Keys as ``MetricsLine`` writes them.
  private static let isBest = mark(.isBest)
  private static let seconds = mark(.seconds)

  private static func mark(_ key: MetricsLine.Key) -> [UInt8] { Array("\"\(key.rawValue)\":".utf8) }

  /// Nil where the key is not found so.
  private func value(after mark: [UInt8], at place: Int) -> ArraySlice<UInt8>? {
    let line = bytes[places[place].range]
    guard let start = line.place(of: mark)?.upperBound else { return nil }
    return line[start...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
  }
}

/// One epoch as a line of `metrics.jsonl`.
struct MetricsLine: Codable {
  let record: EpochRecord

  init(_ record: EpochRecord) { self.record = record }

  enum Key: String, CodingKey {
    case epoch, train, validation, seconds
    case formatVersion = "format_version"
    case runningLoss = "running_loss"
    case learningRate = "learning_rate"
    case isBest = "is_best"
    case gradientNorms = "gradient_norms"
    case trainRows = "train_rows"
  }

  private static let formatVersion = 1

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let version = try fields.decode(Int.self, forKey: .formatVersion)
    guard version == Self.formatVersion else {
      throw Problem.data(
        Key.formatVersion.rawValue, expected: "\(Self.formatVersion)", found: "\(version)",
        fix: "use a newer Glassbox")
    }
    record = EpochRecord(
      epoch: try fields.decode(Int.self, forKey: .epoch),
      runningLoss: try fields.decode(Double.self, forKey: .runningLoss),
      train: try fields.decode([String: Double].self, forKey: .train),
      validation: try fields.decodeIfPresent([String: Double].self, forKey: .validation),
      learningRate: try fields.decode(Double.self, forKey: .learningRate),
      seconds: try fields.decode(Double.self, forKey: .seconds),
      isBest: try fields.decode(Bool.self, forKey: .isBest),
      gradientNorms: try fields.decodeIfPresent([String: Double].self, forKey: .gradientNorms),
      trainRows: try fields.decodeIfPresent(Int.self, forKey: .trainRows))
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(Self.formatVersion, forKey: .formatVersion)
    try fields.encode(record.epoch, forKey: .epoch)
    try fields.encode(record.runningLoss, forKey: .runningLoss)
    try fields.encode(record.train, forKey: .train)
    try fields.encodeIfPresent(record.validation, forKey: .validation)
    try fields.encode(record.learningRate, forKey: .learningRate)
    try fields.encode(record.seconds, forKey: .seconds)
    try fields.encode(record.isBest, forKey: .isBest)
    try fields.encodeIfPresent(record.gradientNorms, forKey: .gradientNorms)
    try fields.encodeIfPresent(record.trainRows, forKey: .trainRows)
  }
}
