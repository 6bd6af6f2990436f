public import Datasets
import Engine
public import Networks

/// Which data a run learns from, and what is made of them.
public struct DataSettings: Sendable, Equatable {
  /// A table, `images:labels` for a pair of IDX files, or a folder with a folder of images for each
  /// class.
  public var source: String?
  /// A plain CSV file of more rows of the same table, such as labelled feedback: they follow those of
  /// ``source``.
  public var moreRows: String?
  /// The columns to learn, usually one: numbers, or labels of 0 and 1, if there are several. Names may
  /// also stand in one text with commas between. Images have none.
  public var targets: [String] = []
  /// The column to learn; of several their names with commas between. Images have none.
  public var target: String? {
    get { targets.isEmpty ? nil : targets.joined(separator: ",") }
    set { targets = newValue.map { [$0] } ?? [] }
  }
  /// The sign between labels where the target holds several a row; nil finds it out.
  public var labelSeparator: String?
  /// What a table's columns hold, of those that shall not be found out.
  public var kinds: [String: Column.Kind] = [:]
  /// Texts of a table that say that there is no value, beside those that usually do.
  public var missing: [String] = []
  /// The sign between the cells of a table; nil finds out.
  public var delimiter: String?
  /// Whether the first row of a table names the columns; nil finds out.
  public var header: Bool?
  /// What begins a line of a table that is passed over; nil passes over lines of `#` before the header.
  public var comment: String?
  /// How the text of a table is encoded; nil is UTF-8, or UTF-16 with a byte order mark.
  public var encoding: TextEncoding?
  /// Whether a comma stands before decimals; nil finds out for each column.
  public var decimalComma: Bool?
  /// Whether dates such as 01/02/2021 begin with the day; nil finds out for each column.
  public var dayFirst: Bool?
  /// Whether a value that training did not see, such as an unknown category, is a problem instead of being
  /// answered, counted and named.
  public var strict = false
  /// Columns that are not inputs.
  public var ignore: [String] = []
  /// The columns that are the steps of a sequence; nil for a table without one.
  public var sequence: SequenceOptions?
  /// What to learn; nil infers it from the target column.
  public var task: LearningTask.Choice?
  /// Which rows choose the best epoch.
  public var validation = DataPart.fraction(0.15)
  /// Which rows are kept back for the scores at the end.
  public var test = DataPart.fraction(0.15)
  /// A split manifest to use again instead of drawing a split.
  public var split: String?
  /// The column whose equal cells keep rows in one part of the split.
  public var group: String?
  /// The column of times that decides the split, the past for training; `file_order` for the order of rows.
  public var splitByTime: String?
  /// The column of how much each row counts.
  public var weight: String?
  /// The column of a plain series to be forecast; nil for data that are rows already.
  public var forecast: String?
  /// How many steps of the series are looked back on.
  public var history = 24
  /// Which of the next steps are answered, the first of all is 1.
  public var horizon = 1...1
  /// After how many steps the series is like itself again, for the forecast to compare with; nil finds out.
  public var season: Int?
  /// What is learned of the steps that are forecast; nil chooses by the validation rows.
  public var forecastAs: ForecastForm?
  /// How the inputs' numbers are scaled.
  public var scaling = PreprocessingOptions.Scaling.standardise
  /// Whether a regression learns its target or the logarithm of it.
  public var targetScaling = PreprocessingOptions.TargetScaling.auto
  /// The size a folder's images are brought to; nil chooses by the files.
  public var imageSize: Extents?
  /// 1 for grey, 3 for colour; nil chooses by the files.
  public var channels: Int?
  /// What happens to images whose sides have another ratio.
  public var imageFit = ImageOptions.Fit.crop
  /// How images are brought to size.
  public var resampling = Resampling.bilinear
  /// Whether images that cannot be read, and the same picture in several classes, are left out instead of
  /// being a problem.
  public var skipBad = false
  /// The most pixels of an image, in millions.
  public var imageLimit = ImageDecoder.usualPixelLimit / 1_000_000
  /// Prepared images are kept in memory up to so many mebibytes, together.
  public var cacheMemory = 1024
  /// Beyond that, in a temporary file of at most so many mebibytes; else they are decoded each time.
  public var cacheDisk = 16_384
  /// How much memory the process may take, such as 2GiB; nil reads a table into memory, whatever it takes.
  package var memory: String?
  /// The folder for what does not fit into it; nil takes that of the user.
  package var cache: String?
  /// How training images are varied; nil for not at all.
  public var augment: Augmentation?
  /// Decides the split, the first weights, the order of rows and all random masks.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}

  static let declared = RunSetting.group(
    .data,
    [
      RunSetting(
        "data", \.data.source,
        """
        The data: a CSV file, which may name images in a column, images:labels for a pair of IDX files, or \
        a folder with a folder of JPEG, PNG and WebP images for each class.
        """, values: "a path"),
      RunSetting(
        "more_rows", \.data.moreRows,
        """
        A CSV file with commas and decimal points whose rows follow those of a table, such as labelled \
        feedback; columns that it lacks are missing.
        """, values: "a path", usual: "none"),
      RunSetting(
        "target", \.data.targetNames, "The column to learn, or several.",
        values: "a column, or columns with commas between", usual: "none", form: .verbatim),
      RunSetting(
        "task", \.data.task, "What to learn.", usual: "by the target column"),
      RunSetting(
        "label_separator", \.data.labelSeparator,
        "What stands between labels where the target has several a row.", values: "a sign",
        usual: "found out", check: .ifGiven(Check(expected: "a sign") { !$0.isEmpty })),
      RunSetting(
        "validation", \.data.validation, "The rows that choose the best epoch.",
        check: .shareOrFile),
      RunSetting(
        "test", \.data.test, "The rows that are kept back for the scores at the end.",
        check: .shareOrFile),
      RunSetting(
        "split", \.data.split, "A split to use again, as `data` writes it.", values: "a path",
        usual: "drawn by the seed"),
      RunSetting(
        "group", \.data.group,
        "Keep rows with equal cells in one part of the split, such as all rows of a patient.",
        values: "a column", usual: "each row by itself"),
      RunSetting(
        "split_by_time", \.data.splitByTime,
        "Learn from the past and be tested on the future.",
        values: "a column of dates or numbers, or file_order", usual: "a random split"),
      RunSetting(
        "weight", \.data.weight, "How much each row counts, in training and in scores.",
        values: "a column", usual: "all the same"),
      RunSetting(
        "forecast", \.data.forecast,
        "Forecast the next steps of a series, whose rows are its steps.", values: "a column"),
      RunSetting(
        "history", \.data.history, "How many steps of the series are looked back on.",
        check: .from(1...SeriesWindows.longest)),
      RunSetting(
        "horizon", \.data.horizonText, "Which of the next steps are answered.",
        values: "a number of steps, or first..last such as 1..6", form: .plain,
        check: Check(expected: "steps from 1 to \(SeriesWindows.longest), such as 6 or 1..6") {
          $0.range.map { $0.lowerBound >= 1 && $0.upperBound <= SeriesWindows.longest } ?? false
        }),
      RunSetting(
        "season", \.data.season, "After how many steps the series is like itself again.",
        usual: "found out", check: .ifGiven(.from(1))),
      RunSetting(
        "forecast_as", \.data.forecastAs,
        "Whether the values of a series are learned, or their change from the last or the season before.",
        usual: "by the validation rows"),
      RunSetting(
        "ignore", \.data.ignore, "Columns that are not inputs.", values: "columns"
      ).ofModel,
      RunSetting(
        "kinds", \.data.kinds, "What columns hold.",
        values: "such as zip=categorical,when=date; \(Column.Kind.names.alternatives)",
        usual: "by all of their cells", form: .members(unless: [])
      ).ofModel,
      RunSetting(
        "missing", \.data.missing,
        "Further texts that say that there is no value, numbers such as -999 too.",
        values: "texts", usual: "those of pandas and R"
      ).ofFiles,
      RunSetting(
        "delimiter", \.data.delimiter, "The sign between cells.", values: "one sign, tab or space",
        usual: "found out",
        check: .ifGiven(
          Check(expected: "one sign of ASCII, tab or space") { $0.delimiterByte != nil })
      ).ofFiles,
      RunSetting(
        "header", \.data.header, "Whether the first row names the columns.", usual: "found out"
      ).ofFiles,
      RunSetting(
        "comment", \.data.comment, "What begins a line that is passed over.", values: "one sign",
        usual: "# before the header",
        check: .ifGiven(Check(expected: "one sign of ASCII") { $0.delimiterByte != nil })
      ).ofFiles,
      RunSetting(
        "encoding", \.data.encoding, "How text is encoded.", usual: "utf_8, or by its first bytes"
      ).ofFiles,
      RunSetting(
        "decimal_comma", \.data.decimalComma, "Whether a comma stands before decimals.",
        usual: "by each column"
      ).ofFiles,
      RunSetting(
        "day_first", \.data.dayFirst, "Whether dates such as 01/02/2021 begin with the day.",
        usual: "by each column"
      ).ofFiles,
      RunSetting(
        "strict", \.data.strict,
        "Refuse values that training did not see, such as an unknown category."
      ).ofFiles,
      RunSetting(
        "sequence", \.data.sequence, "Columns that are the steps of a sequence.",
        values: """
          first..last, a beginning such as day_*, one column of texts, or columns=…,as=words
          """, form: .columns),
      RunSetting(
        "target_scale", \.data.targetScaling,
        """
        Whether a regression learns its target or the logarithm of it; auto tries both on validation rows \
        where the target leans far to small values.
        """),
      RunSetting("scaling", \.data.scaling, "How the inputs' numbers are scaled.").ofModel,
      RunSetting(
        "image_size", \.data.imageSize, "The size that images are brought to.",
        values: "a side such as 64, or height x width such as 64x48", usual: "by the files",
        check: .ifGiven(
          Check(expected: "sides of 1 to \(ImagePreprocessing.largestSide) pixels") {
            let sides = 1...ImagePreprocessing.largestSide
            return sides.contains($0.height) && sides.contains($0.width)
          })
      ).ofModel,
      RunSetting(
        "channels", \.data.channels, "1 for grey, 3 for colour.", usual: "by the files",
        check: .ifGiven(Check(expected: "1 or 3") { $0 == 1 || $0 == 3 })
      ).ofModel,
      RunSetting(
        "image_fit", \.data.imageFit,
        """
        What happens to images of another shape: their largest part is used, seven eighths of its sides, or \
        they are stretched.
        """
      ).ofModel,
      RunSetting("resampling", \.data.resampling, "How images are brought to size.").ofModel,
      RunSetting(
        "skip_bad", \.data.skipBad,
        "Leave out images that cannot be read, or are in several classes, and name them."),
      RunSetting(
        "image_limit", \.data.imageLimit, "The most pixels of an image, in millions.",
        check: .from(1...4000)
      ).ofFiles,
      RunSetting(
        "cache_memory", \.data.cacheMemory, "MiB of prepared images kept in memory.",
        check: .from(0)),
      RunSetting(
        "cache_disk", \.data.cacheDisk,
        "MiB of prepared images, or of tables that do not fit into memory, kept on disk beyond that.",
        check: .from(0)),
      RunSetting(
        "augment", \.data.augment, "Vary training images.",
        values: """
          none, usual, or some of \(Augmentation.CodingKeys.list), such as flip,rotate=10,erase=0.2 or usual,erase=0.3
          """, form: .members(unless: ["usual", "none"])
      ).ofModel,
      RunSetting(
        "seed", \.data.seed,
        """
        Decides the split, the first weights, the order of rows and what is dropped: the same seed gives \
        the same bits.
        """),
    ] + ofMemory)
}

extension String {
  /// The one byte that it names; nil for anything else.
  fileprivate var delimiterByte: UInt8? {
    if normalizedName == "tab" || self == "\\t" { return UInt8(ascii: "\t") }
    if normalizedName == "space" { return UInt8(ascii: " ") }
    guard utf8.count == 1, let byte = utf8.first, byte < 0x80, byte != UInt8(ascii: "\""),
      byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r")
    else { return nil }
    return byte
  }
}

extension DataSettings {
  /// Which column of a table names images.
  var imageColumn: ImageColumn {
    if let name = kinds.keys.sorted().first(where: { kinds[$0] == .image }) { return .named(name) }
    let texts = kinds.filter { $0.value == .categorical }.keys
    return .found(besides: targets + ignore + texts)
  }

  /// How a table is read.
  package var tableOptions: TableOptions {
    var options = TableOptions()
    options.delimiter = delimiter?.delimiterByte
    options.hasHeader = header
    options.comment = comment?.delimiterByte
    options.encoding = encoding
    options.missing += missing
    options.decimalComma = decimalComma
    options.dayFirst = dayFirst
    options.kinds = kinds
    for name in [weight, forecast].compactMap(\.self) { options.kinds[name] = .numeric }
    options.windows = series.map { ($0, .whole) }
    if let sequence, sequence.group != nil { options.steps = (sequence, target, ignore) }
    options.verbatim = Set(
      kinds.lazy.filter { [.categorical, .image].contains($0.value) }.map(\.key))
    if task != .regression { options.labels = Set(targets + targets.flatMap(Self.parts)) }
    return options
  }

  /// The target columns of a table: a name with commas is several names where no column is called so.
  package func targets(in header: [String]) -> [String] {
    series?.targets ?? targets.flatMap { header.contains($0) ? [$0] : Self.parts(of: $0) }
  }

  /// The columns of a table that hold a target for each row; none where steps have their own.
  func targets(of table: DataTable) -> [String] {
    table.steps == nil && sequence?.labels == nil ? targets(in: table.columns.map(\.name)) : []
  }

  /// Whether anything says what is learned.
  var hasTarget: Bool { target != nil || forecast != nil || sequence?.labels != nil }

  private static func parts(of names: String) -> [String] {
    names.split(separator: ",").map { String($0).trimmed }
  }

  fileprivate var targetNames: ColumnNames {
    get { ColumnNames(names: targets) }
    set { targets = newValue.names }
  }
}

/// One name, or a list of them.
private struct ColumnNames: Codable {
  var names: [String]

  init(names: [String]) { self.names = names }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    guard !value.decodeNil() else {
      names = []
      return
    }
    names = try (try? [value.decode(String.self)]) ?? value.decode([String].self)
  }

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch names.count {
    case 0: try value.encodeNil()
    case 1: try value.encode(names[0])
    default: try value.encode(names)
    }
  }
}

extension Check where Value == DataPart {
  fileprivate static var shareOrFile: Check {
    Check(expected: "a share from 0 to below 1, or a file") {
      if case .fraction(let share) = $0 { (0..<1).contains(share) } else { true }
    }
  }
}

/// Where a part of the data comes from.
public enum DataPart: Sendable, Hashable, Codable {
  /// A share of the rows of the data file, from 0 to below 1; 0 for none.
  case fraction(Double)
  /// A file of its own.
  case file(String)

  /// Whether it is a file of its own.
  package var isFile: Bool { if case .file = self { true } else { false } }

  /// The share; 0 for a file.
  package var share: Double { if case .fraction(let share) = self { share } else { 0 } }

  /// A number, or a path.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Double.self) {
      self = .fraction(number)
    } else {
      self = .file(try value.decode(String.self))
    }
  }

  /// The same forms.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .fraction(let number): try number.encode(to: encoder)
    case .file(let path): try path.encode(to: encoder)
    }
  }
}
