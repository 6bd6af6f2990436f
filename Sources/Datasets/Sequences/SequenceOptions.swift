public import Engine
import Formatting

/// Which columns of a table are the steps of a sequence, as users say it.
public struct SequenceOptions: Sendable, Hashable {
  /// What a step holds.
  public enum Content: String, Sendable, NamedChoice {
    /// Measured values; one scaler for all steps of a channel.
    case numbers
    /// One of many things without order. In a column for each step every cell is one; of a text whole
    /// numbers, or words or characters by what stands there.
    case tokens
    /// Words of a text.
    case words
    /// Characters of a text.
    case characters
    /// Two characters of a text that stand side by side.
    case pairs

    var isToken: Bool { self != .numbers }

    /// What a text is split into; nil to find out.
    var unit: TextSplitting.Unit? {
      switch self {
      case .numbers, .tokens: nil
      case .words: .words
      case .characters: .characters
      case .pairs: .pairs
      }
    }
  }

  /// For each channel its steps: `day_1..day_30` from column to column, `day_*` by the beginning of
  /// their names, or names with commas between. One column alone holds all steps of a row, with blanks
  /// between.
  public var columns: [String]
  /// Nil takes tokens when the network begins with an embedding or a text is no list of numbers, else
  /// numbers.
  public var content: Content?
  /// Whether the words of a text keep their case and punctuation; if not, they are letters and digits.
  public var isExact = false
  /// What a network sees for a number that is not there.
  public var padding = 0.0
  /// The most steps of rows that hold them in one cell, of which the last count; nil takes the longest
  /// training row.
  public var length: Int?
  /// The column that says to which sequence a row belongs, where each row is a step with a label of its
  /// own and ``columns`` are what it holds; nil where a row is a sequence.
  public var group: String?
  /// Where a row is a sequence whose steps have labels: a label column for each step, said as
  /// ``columns`` are; nil where a row has one answer, or each row is a step.
  public var labels: String?
  /// The column that orders the rows of a group; nil for the order of the file.
  public var order: String?

  /// - Parameter columns: of each channel.
  public init(_ columns: [String], content: Content? = nil) {
    self.columns = columns
    self.content = content
  }

  /// The steps of each channel, in order.
  ///
  /// - Parameter others: columns that are no steps, whatever their names: the target, ignored ones.
  /// - Throws: `Problem` for columns that do not exist or do not fit together.
  public func channels(in header: [String], of file: String, except others: [String]) throws
    -> [[String]]
  {
    guard !columns.isEmpty else {
      throw Problem.data(
        Self.place, expected: "columns", found: "none", fix: Self.fix)
    }
    let others = try others + labelColumns(in: header, of: file)
    let channels = try columns.map { text in
      let names = try Self.names(text, header, file).filter { !others.contains($0) }
      guard !names.isEmpty else {
        throw Problem.data(
          Self.place, expected: "columns of \(file) that are inputs", found: "none for `\(text)`",
          fix: "the columns are " + Preprocessing.list(header))
      }
      return names
    }
    guard group == nil else { return try stepChannels(channels.flatMap(\.self)) }
    guard order == nil else {
      throw Problem.data(
        "\(Self.place).order", expected: "`group` beside `order`, which orders the rows of a group",
        found: "none", fix: "name the column that says to which sequence a row belongs")
    }
    try check(channels)
    return channels
  }

  /// The columns of ``labels``; none where nobody names them.
  /// - Throws: `Problem` for columns that do not exist, and beside ``group``.
  package func labelColumns(in header: [String], of file: String) throws -> [String] {
    guard let labels else { return [] }
    guard group == nil else {
      throw Problem.data(
        "\(Self.place).labels", expected: "none beside `group`, where the labels are the target",
        found: "`\(labels)`", fix: "leave it out, and name their column for `target`")
    }
    let names = try Self.names(labels, header, file)
    guard names.count > 1 else {
      throw Problem.data(
        "\(Self.place).labels", expected: "a label column for each step",
        found: names.isEmpty ? "none for `\(labels)`" : "only `\(names[0])`",
        fix: "name them, such as `label_*`; labels in one cell must be columns first")
    }
    return names
  }

  /// Where each row is a step, every column is a channel.
  private func stepChannels(_ names: [String]) throws -> [[String]] {
    let channels = names.filter { $0 != group && $0 != order }.map { [$0] }
    guard content?.unit == nil, !isExact else {
      throw Problem.data(
        "\(Self.place).\(isExact ? "exact" : "as")",
        expected: "numbers or tokens beside `group`, since each row is one step",
        found: isExact ? "exact" : content?.rawValue ?? "", fix: "leave it out")
    }
    guard !channels.isEmpty else {
      throw Problem.data(
        "\(Self.place).columns", expected: "columns that a step holds",
        found: "only those of `group` and `order`", fix: Self.fix)
    }
    try check(channels)
    return channels
  }

  private func check(_ channels: [[String]]) throws {
    let counts = Set(channels.map(\.count))
    guard counts.count == 1 else {
      throw Problem.data(
        "\(Self.place).columns", expected: "as many steps in each channel",
        found: zip(columns, channels).map { "\($1.count) in `\($0)`" }.joined(separator: ", "),
        fix: "name a column for every step of every channel")
    }
    if let twice = Dictionary(grouping: channels.joined(), by: { $0 }).first(where: {
      $1.count > 1
    }) {
      throw Problem.data(
        "\(Self.place).columns", expected: "each column once",
        found: "`\(twice.key)` more than once")
    }
    guard content?.unit == nil && !isExact || counts == [1] else {
      throw Problem.data(
        "\(Self.place).\(isExact ? "exact" : "as")", expected: "one column of texts",
        found: "\(counts.first ?? 0) columns, each a step",
        fix: "leave it out, or say `as: tokens`: every cell is a token as it stands")
    }
    guard length == nil || counts == [1] else {
      throw Problem.data(
        "\(Self.place).length", expected: "none beside a column for each step", found: "\(length!)",
        fix: "name fewer columns, or put all steps of a row in one cell")
    }
  }

  static let place = "sequence"
  static let fix = "name them, such as `sequence: day_1..day_30`, `day_*` or `text`"

  private static func names(_ text: String, _ header: [String], _ file: String) throws -> [String] {
    if header.contains(text) { return [text] }
    func place(_ name: Substring) throws -> Int {
      let name = name.drop { $0 == " " }
      let end = name.lastIndex { $0 != " " }.map(name.index(after:)) ?? name.endIndex
      guard let place = header.firstIndex(of: String(name[..<end])) else {
        throw Problem.data(
          "\(Self.place).columns", expected: "a column of \(file)",
          found: "`\(name[..<end])`",
          fix: "the columns are " + Preprocessing.list(header))
      }
      return place
    }
    if text.hasSuffix("*") { return header.filter { $0.hasPrefix(text.dropLast()) } }
    if let dots = text.firstRange(of: "..") {
      let (first, last) = (
        try place(text[..<dots.lowerBound]), try place(text[dots.upperBound...])
      )
      guard first <= last else {
        throw Problem.data(
          "\(Self.place).columns", expected: "the first step before the last in the file",
          found: "`\(text)`", fix: "write `\(header[last])..\(header[first])`")
      }
      return Array(header[first...last])
    }
    return try ListText.parts(of: text).map { header[try place($0[...])] }
  }

  /// What the columns' cells are read as: text holds tokens, and several steps in one cell.
  public func kinds(of channels: [[String]], tokens: Bool) -> [String: Column.Kind] {
    // Of steps that are rows of their own, each column speaks for itself.
    guard group == nil || tokens || content == .numbers else { return [:] }
    let isText = tokens || channels[0].count == 1 && group == nil
    let kind: Column.Kind = isText ? .categorical : .numeric
    return Dictionary(channels.joined().map { ($0, kind) }) { first, _ in first }
  }
}

extension SequenceOptions: Codable {
  private enum Key: String, CodingKey, CaseIterable {
    case columns, padding, length, group, order, labels
    case content = "as"
    case isExact = "exact"
  }

  /// `day_*`, a list with one such text for each channel, or an object with `columns`.
  public init(from decoder: any Decoder) throws {
    func columns(_ decoder: any Decoder) throws -> [String]? {
      if let text = try? String(from: decoder) { return [text] }
      return try? [String](from: decoder)
    }
    if let columns = try columns(decoder) {
      self.init(columns)
      return
    }
    let given = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    let known = Key.allCases.map(\.rawValue)
    if let unknown = given.first(where: { !known.contains($0) }) {
      throw Problem.data(
        Self.place, expected: "the settings " + known.joined(separator: ", "),
        found: "`\(unknown)`")
    }
    let fields = try decoder.container(keyedBy: Key.self)
    guard fields.contains(.columns),
      let columns = try columns(fields.superDecoder(forKey: .columns))
    else {
      throw Problem.data(
        "\(Self.place).columns", expected: "a text, or a list with a text for each channel",
        found: fields.contains(.columns) ? "something else" : "none", fix: Self.fix)
    }
    self.init(columns, content: try fields.decodeIfPresent(Content.self, forKey: .content))
    padding = try fields.decodeIfPresent(Double.self, forKey: .padding) ?? 0
    length = try fields.decodeIfPresent(Int.self, forKey: .length)
    isExact = try fields.decodeIfPresent(Bool.self, forKey: .isExact) ?? false
    group = try fields.decodeIfPresent(String.self, forKey: .group)
    order = try fields.decodeIfPresent(String.self, forKey: .order)
    labels = try fields.decodeIfPresent(String.self, forKey: .labels)
    guard padding.isFinite, Float(padding).isFinite else {
      throw Problem.data(
        "\(Self.place).padding", expected: "a finite number", found: "\(padding)")
    }
    guard length.map({ (1...1 << 24).contains($0) }) ?? true else {
      throw Problem.data(
        "\(Self.place).length", expected: "at least 1 step", found: "\(length ?? 0)")
    }
  }

  /// Writes every setting that was given.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    if columns.count == 1 {
      try fields.encode(columns[0], forKey: .columns)
    } else {
      try fields.encode(columns, forKey: .columns)
    }
    try fields.encodeIfPresent(content, forKey: .content)
    try fields.encode(padding, forKey: .padding)
    try fields.encodeIfPresent(length, forKey: .length)
    try fields.encodeIfPresent(group, forKey: .group)
    try fields.encodeIfPresent(order, forKey: .order)
    try fields.encodeIfPresent(labels, forKey: .labels)
    if isExact { try fields.encode(true, forKey: .isExact) }
  }
}
