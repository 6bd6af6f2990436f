import Datasets
import Engine
import Networks

/// Which rows of a data file are used, and for what.
struct DrawnSplit {
  /// Row numbers in the file.
  let split: Split
  let manifest: SplitManifest
  /// The rows that can be used, ascending.
  let rows: RowNumbers
  /// What a reader should know: rows that are left out, how the parts were made, and what speaks for
  /// another way.
  let notes: [String]

  /// Uses the split that the settings name, or draws one.
  ///
  /// - Parameter fold: the parts where a cross-validation decides them.
  /// - Throws: `Problem`.
  init(
    _ raw: RawData, _ settings: DataSettings, _ files: [SplitManifest.File], fold: Split? = nil
  ) throws {
    var notes: [String] = []
    let rows: RowNumbers
    (rows, notes) = try Self.usable(raw, settings)
    self.rows = rows
    if let fold {
      (split, manifest) = (fold, SplitManifest(fold, rows: raw.count, files: files))
    } else if let path = settings.split {
      manifest = try SplitManifest(json: AtomicFile.read(path, limit: 1 << 28), name: path)
      if manifest.isDrawnAgain {
        split = try Self.draw(
          raw, rows, settings, files, fractions: manifest.fractions, seed: manifest.seed
        ).0
        try manifest.check(split, rows: raw.count, files: files)
      } else {
        try settings.checkThatRowsAreInMemory(
          for: "the lists of rows of \(path)", fix: "leave `split` out")
        let given = try manifest.split(rows: raw.count, files: files)
        func used(_ part: Split.Part) -> [Int] { given[part].filter { rows.place(of: $0) != nil } }
        split = Split(train: used(.train), validation: used(.validation), test: used(.test))
      }
    } else {
      (split, manifest) = try Self.draw(raw, rows, settings, files)
    }
    // Of its folds a cross-validation says itself how they were made.
    if fold == nil { notes += try Self.notes(raw, split, settings, rows) }
    self.notes = notes
    guard !split[.train].isEmpty else {
      throw Problem.data(
        "the split", expected: "at least one row to train", found: "none", fix: "add rows")
    }
  }

  /// The rows that can be used, ascending, and what a reader should know of those that are left out.
  private static func usable(
    _ raw: RawData, _ settings: DataSettings
  ) throws -> (rows: RowNumbers, notes: [String]) {
    guard case .table(let table) = raw else { return (RowNumbers(0..<raw.count), []) }
    let usable = try UsableRows(
      table, targets: settings.targets(of: table),
      anyOf: settings.sequence?.labelColumns(in: table.columns.map(\.name), of: table.name) ?? [],
      roles: settings.roles)
    return (usable.rows, usable.notes)
  }

  /// Where the rows of a part lie among those that are used.
  func places(_ part: Split.Part) -> [Int] { split[part].map { rows.place(of: $0) ?? -1 } }

  private static func draw(
    _ raw: RawData, _ rows: RowNumbers, _ settings: DataSettings, _ files: [SplitManifest.File],
    fractions given: [Double]? = nil, seed: UInt64? = nil
  ) throws -> (Split, SplitManifest) {
    let (validation, test) = (settings.validation.share, settings.test.share)
    let fractions = given ?? [1 - validation - test, validation, test]
    let seed = seed ?? settings.seed
    let way = try SplitWay(raw, rows: rows, settings)
    let ofFile = try way.split(fractions, seed: seed).of(rows)
    if raw.isStored {
      return (
        ofFile,
        SplitManifest(
          drawing: ofFile, rows: raw.count, files: files, seed: seed, fractions: fractions,
          stratified: way.strata != nil)
      )
    }
    return (
      ofFile,
      SplitManifest(
        ofFile, rows: raw.count, files: files, seed: way.isByTime ? nil : seed,
        fractions: fractions, stratified: way.strata != nil, group: settings.roles.group,
        time: settings.splitByTime)
    )
  }

  private static func notes(
    _ raw: RawData, _ split: Split, _ settings: DataSettings, _ rows: RowNumbers
  ) throws -> [String] {
    guard case .table(let table) = raw else { return [] }
    var notes: [String] = []
    let parts = Split.Part.allCases.filter { !split[$0].isEmpty }
    if let windows = table.windows {
      return [Self.note(windows, split, parts, of: rows.count, isGiven: settings.split != nil)]
    }
    if let steps = table.steps {
      notes.append(
        "each row is a step with its own `\(settings.target ?? "")`: \(steps.rows.joined().count) rows "
          + "are the steps of \(table.count) sequences, of at most \(steps.length)")
    }
    if let group = settings.roles.group {
      let numbers = try table.groups(group, rows: RowNumbers(0..<table.count))
      let groups = parts.map { part in Set(split[part].map { numbers[$0] }) }
      notes.append(
        "split by `\(group)`: "
          + zip(parts, groups).map {
            "\($1.count) groups (\(split[$0].count) \(table.steps == nil ? "rows" : "sequences")) to \($0.rawValue)"
          }
          .joined(separator: ", "))
      let shared = groups.reduce(0) { $0 + $1.count } - groups.reduce(Set()) { $0.union($1) }.count
      if shared > 0 {
        notes.append(
          "the split that was given has \(shared) groups of `\(group)` in several parts, so scores may flatter"
        )
      }
    }
    if let time = settings.splitByTime, settings.split == nil {
      notes.append(
        "split by time: "
          + (try parts.map { part in
            "\(split[part].count) rows to \(part.rawValue)"
              + (try table.range(of: time, rows: split[part]).map { " (\($0))" } ?? "")
          }.joined(separator: ", ")))
    }
    if settings.roles.group == nil, settings.splitByTime == nil, settings.split == nil,
      parts.count > 1
    {
      notes += table.splitHints(
        targets: settings.targets(of: table), rows: rows)
    }
    if let weight = settings.weight {
      notes.append("rows count by `\(weight)`, in training and in scores")
    }
    return notes
  }
}

extension DrawnSplit {
  /// How windows of series were split.
  private static func note(
    _ windows: TableWindows, _ split: Split, _ parts: [Split.Part], of count: Int, isGiven: Bool
  ) -> String {
    let series = windows.series
    let used = parts.reduce(0) { $0 + split[$1].count }
    return
      "windows of \(series.history) steps to look back on and the answers "
      + (series.first == series.last ? "\(series.last)" : "\(series.first) to \(series.last)")
      + " after them"
      + (series.time.map { ", in the order of `\($0)`" } ?? ", in the order of the file")
      + (series.others.map {
        $0.isEmpty ? "" : "; also looked back on: \($0.joined(separator: ", "))"
      } ?? "")
      + "; " + parts.map { "\(split[$0].count) to \($0.rawValue)" }.joined(separator: ", ")
      + (isGiven
        ? ", as the split that was given says"
        : ", the past first; \(count - used) that reach over a cut are left out, so that no step of one "
          + "part is in another")
  }
}

extension DataSettings {
  /// How a series becomes rows; nil where none is forecast. What a table decides is open.
  var series: SeriesWindows? {
    forecast.map { column in
      var series = SeriesWindows(column: column)
      (series.history, series.first, series.last) = (
        history, horizon.lowerBound, horizon.upperBound
      )
      (series.group, series.season) = (group, season)
      series.time = splitByTime == DataTable.fileOrder ? nil : splitByTime
      return series
    }
  }

  /// ``horizon`` as it is written: a number of steps, or the first and the last.
  var horizonText: HorizonText {
    get { HorizonText(range: horizon) }
    set { if let range = newValue.range { horizon = range } }
  }

  struct HorizonText: Codable {
    /// Nil for a text that says none.
    var range: ClosedRange<Int>?

    init(range: ClosedRange<Int>) { self.range = range }

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let last = try? value.decode(Int.self) {
        range = last >= 1 ? 1...last : nil
        return
      }
      let text = try value.decode(String.self)
      guard let dots = text.firstRange(of: ".."), let first = Int(text[..<dots.lowerBound]),
        let last = Int(text[dots.upperBound...]), first <= last
      else { return }
      range = first...last
    }

    func encode(to encoder: any Encoder) throws {
      var value = encoder.singleValueContainer()
      guard let range else { return try value.encodeNil() }
      try value.encode("\(range.lowerBound)..\(range.upperBound)")
    }
  }
}

extension DataSettings {
  /// The columns that say something about rows.
  var roles: RowRoles {
    var roles = RowRoles()
    // Pieces of one sequence may lie in the past and in the future.
    roles.group = group ?? (splitByTime == nil ? sequence?.group : nil)
    roles.weight = weight
    roles.time = splitByTime == DataTable.fileOrder ? nil : splitByTime
    return roles
  }
}

extension Dataset {
  /// Brings the weights to a mean of 1, so that learning goes on at the rate of equal ones; equal ones are
  /// none.
  mutating func levelWeights() {
    guard let given = weights else { return }
    let mean = given.reduce(0.0) { $0 + Double($1) } / Double(given.count)
    weights = given.allSatisfy { $0 == given[0] } ? nil : given.map { Float(Double($0) / mean) }
  }
}
