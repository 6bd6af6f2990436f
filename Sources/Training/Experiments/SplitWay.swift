import Datasets
import Engine

/// How rows are shared out: what decides which of them may stand on two sides of a cut.
enum SplitWay {
  /// The first and last moment of each row: the past is learned from.
  case time([ClosedRange<Double>])
  /// The group of each row, which stays together, and its class where there are classes.
  case groups([Int], strata: Split.Strata?)
  /// By lot; each class evenly where there are classes.
  case lot(count: Int, strata: Split.Strata?)

  /// What the settings say of some rows.
  /// - Throws: `Problem` for columns that do not exist, or hold no times.
  init(_ raw: RawData, rows: RowNumbers, _ settings: DataSettings) throws {
    if case .table(let table) = raw, let windows = table.windows {
      self = .time(rows.map { windows.spans[$0] })
    } else if case .table(let table) = raw, let time = settings.splitByTime {
      let times =
        time == DataTable.fileOrder && !table.columns.contains { $0.name == time }
        ? rows.map { Double($0) } : try table.times(time, rows: rows)
      self = .time(times.map { $0...$0 })
    } else {
      let strata = try raw.strata(settings, rows: rows)
      if case .table(let table) = raw, let group = settings.roles.group {
        self = .groups(try table.groups(group, rows: rows), strata: strata)
      } else {
        self = .lot(count: rows.count, strata: strata)
      }
    }
  }

  var isByTime: Bool { if case .time = self { true } else { false } }

  /// The class of each row; nil where classes do not count.
  var strata: Split.Strata? {
    switch self {
    case .time: nil
    case .groups(_, let strata), .lot(_, let strata): strata
    }
  }

  /// Parts of the rows, by their places.
  func split(_ fractions: [Double], seed: UInt64) throws -> Split {
    switch self {
    case .time(let spans): try Split(spans: spans, fractions: fractions)
    case .groups(let groups, let strata):
      try Split(
        groups: groups, fractions: fractions, strata: strata?.perRow, seed: seed)
    case .lot(let count, let strata):
      try Split(count: count, fractions: fractions, classes: strata, seed: seed)
    }
  }

  /// Folds of the rows, by their places.
  func folds(_ count: Int, seed: UInt64) throws -> Folds {
    switch self {
    case .time(let spans): try Folds(spans: spans, folds: count)
    case .groups(let groups, let strata):
      try Folds(groups: groups, folds: count, strata: strata?.perRow, seed: seed)
    case .lot(let rows, let strata):
      try Folds(count: rows, folds: count, strata: strata?.perRow, seed: seed)
    }
  }
}
