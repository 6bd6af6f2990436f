import Datasets
import Engine
import Networks

/// Which rows of a data file are used, and for what.
struct DrawnSplit {
  /// Row numbers in the file.
  let split: Split
  let manifest: SplitManifest
  /// The rows that can be used, ascending.
  let rows: [Int]
  /// Where each row of the file lies among ``rows``; −1 for those that are left out.
  let placeOfRow: [Int]
  /// What a reader should know: rows that are left out, how the parts were made, and what speaks for
  /// another way.
  let notes: [String]

  /// Uses the split that the settings name, or draws one.
  /// - Throws: `Problem`.
  init(_ raw: RawData, _ settings: DataSettings, _ files: [SplitManifest.File]) throws {
    var notes: [String] = []
    if case .table(let table) = raw {
      let usable = try UsableRows(
        table, targets: [settings.target ?? ""], roles: settings.roles)
      (rows, notes) = (usable.rows, usable.notes)
    } else {
      rows = Array(0..<raw.count)
    }
    var placeOfRow = [Int](repeating: -1, count: raw.count)
    for (place, row) in rows.enumerated() { placeOfRow[row] = place }
    self.placeOfRow = placeOfRow
    if let path = settings.split {
      manifest = try SplitManifest(json: AtomicFile.read(path, limit: 1 << 28), name: path)
      let given = try manifest.split(rows: raw.count, files: files)
      func used(_ part: Split.Part) -> [Int] { given[part].filter { placeOfRow[$0] >= 0 } }
      split = Split(train: used(.train), validation: used(.validation), test: used(.test))
    } else {
      (split, manifest) = try Self.draw(raw, rows, settings, files)
    }
    self.notes = notes + (try Self.notes(raw, split, rows, settings))
    guard !split.train.isEmpty else {
      throw Problem.data(
        "the split", expected: "at least one row to train", found: "none", fix: "add rows")
    }
  }

  /// Where the rows of a part lie among those that are used.
  func places(_ part: Split.Part) -> [Int] { split[part].map { placeOfRow[$0] } }

  private static func draw(
    _ raw: RawData, _ rows: [Int], _ settings: DataSettings, _ files: [SplitManifest.File]
  ) throws -> (Split, SplitManifest) {
    let (validation, test) = (settings.validation.share, settings.test.share)
    let fractions = [1 - validation - test, validation, test]
    var strata: [Int]?
    let split: Split
    if case .table(let table) = raw, let time = settings.splitByTime {
      let times =
        time == DataTable.fileOrder && !table.columns.contains { $0.name == time }
        ? rows.map(Double.init) : try table.times(time, rows: rows)
      split = try Split(spans: times.map { $0...$0 }, fractions: fractions)
    } else {
      strata = try raw.strata(target: settings.target, task: settings.task, rows: rows)
      if case .table(let table) = raw, let group = settings.group {
        split = try Split(
          groups: table.groups(group, rows: rows), fractions: fractions, strata: strata,
          seed: settings.seed)
      } else {
        split = try Split(
          count: rows.count, fractions: fractions, strata: strata, seed: settings.seed)
      }
    }
    let ofFile = split.of(rows)
    return (
      ofFile,
      SplitManifest(
        ofFile, rows: raw.count, files: files,
        seed: settings.splitByTime == nil ? settings.seed : nil,
        fractions: fractions, stratified: strata != nil, group: settings.group,
        time: settings.splitByTime)
    )
  }

  private static func notes(
    _ raw: RawData, _ split: Split, _ rows: [Int], _ settings: DataSettings
  ) throws -> [String] {
    guard case .table(let table) = raw else { return [] }
    var notes: [String] = []
    let parts = Split.Part.allCases.filter { !split[$0].isEmpty }
    if let group = settings.group {
      let numbers = try table.groups(group, rows: Array(0..<table.count))
      let groups = parts.map { part in Set(split[part].map { numbers[$0] }) }
      notes.append(
        "split by `\(group)`: "
          + zip(parts, groups).map {
            "\($1.count) groups (\(split[$0].count) rows) to \($0.rawValue)"
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
    if settings.group == nil, settings.splitByTime == nil, settings.split == nil,
      let target = settings.target, parts.count > 1
    {
      notes += table.splitHints(target: target, rows: rows)
    }
    if let weight = settings.weight {
      notes.append("rows count by `\(weight)`, in training and in scores")
    }
    return notes
  }
}

extension DataSettings {
  /// The columns that say something about rows.
  var roles: RowRoles {
    var roles = RowRoles()
    (roles.group, roles.weight) = (group, weight)
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
