import Engine

/// What the training part of the data looked like, a few numbers for each column: later data are
/// compared with it to see whether they are still of the same kind.
///
/// Its size is bounded: at most ``rowLimit`` rows or ``imageLimit`` images are looked at, chosen evenly;
/// the first ``columnLimit`` columns are described, each by eleven deciles or at most
/// ``ColumnSummary/categoryLimit`` categories.
public struct DataSummary: Codable, Sendable, Hashable {
  /// The version of this layout.
  public private(set) var version = 1
  /// Rows of the training part.
  public var rows: Int
  /// How many of them were looked at.
  public var rowsSeen: Int
  /// The columns that are inputs, in their order, those beside an image too; of a sequence its channels,
  /// all steps together.
  public var columns: [ColumnSummary] = []
  /// How many more columns there are.
  public var columnsLeftOut = 0
  /// Of images.
  public var images: ImageSummary?
  /// What was to be answered; of several targets the first.
  public var target: ColumnSummary
  /// Each of several targets; nil for one.
  public var targets: [ColumnSummary]?
  /// What the model answers for the rows that were looked at, of several targets the first; nil for a
  /// model whose training has not ended.
  public var predictions: ColumnSummary?
  /// The probability of the class that is answered; nil for regression.
  public var confidence: NumberSummary?

  /// At most so many rows are looked at.
  public static let rowLimit = 10_000
  /// At most so many images are looked at.
  public static let imageLimit = 1_000
  /// At most so many columns are described.
  public static let columnLimit = 1_000

  private enum CodingKeys: String, CodingKey {
    case version, rows, columns, images, target, targets, predictions, confidence
    case rowsSeen = "rows_seen"
    case columnsLeftOut = "columns_left_out"
  }

  /// Looks at preprocessed data and gives what it sees in the unit of the raw data.
  ///
  /// - Parameters:
  ///   - data: the training part.
  ///   - preprocessing: what made its inputs and targets.
  /// - Throws: `Problem` if the data were not made by the preprocessing, or an image cannot be read.
  public init(_ data: Dataset, _ preprocessing: Preprocessing) throws {
    let width = preprocessing.targetCount * preprocessing.answerCount
    guard data.inputs.shape == preprocessing.inputShape, data.targets.shape.count == width else {
      throw Problem.shape(
        "data",
        expected: "examples of shape \(preprocessing.inputShape) with "
          + (width == 1 ? "one target each" : "\(width) targets each"),
        found: "\(data.inputs.shape) with \(data.targets.shape.count)")
    }
    rows = data.count
    let places = Self.places(data, preprocessing)
    rowsSeen = places.count
    let all = preprocessing.summaries(
      ofTargets: data.hasStepLabels
        ? data.selecting(places).answers.targets.map { [$0] } : places.map { data.targets[$0] })
    target = all[0]
    targets = all.count > 1 ? all : nil
    if let sequence = preprocessing.sequence {
      columns = sequence.summaries(of: places.map { data.inputs[$0] })
    } else {
      images = ImageStatistics(preprocessing)?.summary(of: places.lazy.map { data.inputs[$0] })
      let used = preprocessing.columns.filter { $0.width > 0 }
      columnsLeftOut = max(0, used.count - Self.columnLimit)
      let inputs =
        used.isEmpty
        ? [] : places.map { Array(data.inputs[$0].dropFirst(preprocessing.firstOfColumns)) }
      var first = 0
      for column in used.prefix(Self.columnLimit) {
        columns.append(column.summary(of: inputs, from: first))
        first += column.width
      }
    }
    try data.inputs.check()
  }

  /// The rows that are looked at, evenly chosen.
  package static func places(_ data: Dataset, _ preprocessing: Preprocessing) -> [Int] {
    let limit =
      switch preprocessing.inputs {
      case .columns, .sequence: rowLimit
      case .byteImages, .images: imageLimit
      }
    let seen = min(data.count, limit)
    return (0..<seen).map { $0 * data.count / seen }
  }
}

extension Preprocessing {
  /// Targets, or answers, as the data give them: one summary for each number or label, one for a class.
  package func summaries(ofTargets targets: [[Float]]) -> [ColumnSummary] {
    switch target {
    case .classes(let classes), .ordered(let classes):
      [
        ColumnSummary(
          targetName, categories: classes, targets.map { Int(exactly: $0[0]) ?? -1 })
      ]
    case .numbers:
      targetNames.indices.map { place in
        ColumnSummary(
          targetNames[place], numbers: targets.map { decodeValue($0[place], at: place) })
      }
    case .labels(let labels, _):
      labels.indices.map { place in
        ColumnSummary(
          labels[place], categories: ["no", "yes"],
          targets.map { $0[place] > 0.5 ? 1 : 0 })
      }
    }
  }
}

extension EncodedColumn {
  /// The cells that these inputs were made of.
  /// - Parameter first: the place of the column's first input.
  fileprivate func summary(of inputs: [[Float]], from first: Int) -> ColumnSummary {
    switch encoding {
    case .number(let offset, let scale, _, let indicator):
      ColumnSummary(
        name,
        numbers: inputs.map { input in
          indicator && input[first + 1] != 0 ? .nan : Double(input[first]) * scale + offset
        })
    case .categories(let vocabulary, _, let indicator):
      ColumnSummary(
        name, categories: vocabulary,
        inputs.map { input in
          guard let place = (0..<width).first(where: { input[first + $0] != 0 }) else { return -1 }
          if indicator, place == width - 1 { return nil }
          return place < vocabulary.count ? place : -1
        })
    case .date(let date):
      ColumnSummary(
        name,
        numbers: inputs.map {
          date.seconds(of: $0[first..<first + width]) / CivilDate.secondsPerDay
        })
    case .dropped: ColumnSummary(name, numbers: [])
    }
  }
}

extension SequenceEncoding {
  /// One for each channel. A number that equals the padding counts as missing.
  fileprivate func summaries(of inputs: [[Float]]) -> [ColumnSummary] {
    channels.enumerated().map { place, channel in
      let numbers = inputs.flatMap { input in
        stride(from: place, to: input.count, by: hasTokens ? 1 : channels.count).map { input[$0] }
      }
      switch content {
      case .numbers:
        return ColumnSummary(
          channel.name,
          numbers: numbers.map {
            $0 == padding ? .nan : Double($0) * channel.scale + channel.offset
          })
      case .wholes:
        return ColumnSummary(
          channel.name, numbers: numbers.map { $0 == padding ? .nan : Double($0) })
      case .words(let words):
        return ColumnSummary(
          channel.name, categories: words,
          numbers.map { $0 == padding ? nil : Int(exactly: $0).map { $0 - Self.firstWord } ?? -1 })
      }
    }
  }
}
