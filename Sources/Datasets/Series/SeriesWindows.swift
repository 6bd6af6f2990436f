public import Engine

/// What a forecast learns of the next steps.
public enum ForecastForm: String, Sendable, NamedChoice {
  /// The values themselves.
  case value
  /// How far they lie from the last value.
  case change
  /// How far they lie from the value of the same place in the season before.
  case seasonalChange = "seasonal_change"
}

/// How the steps of series, one a row, become rows that can be learned from: windows of the last steps
/// and, to be answered, the next.
package struct SeriesWindows: Codable, Sendable, Equatable {
  /// Which windows of a series are made.
  package enum Part: Sendable {
    /// All that have an answer.
    case whole
    /// The one at its end, whose answer is not there yet.
    case latest
  }

  /// The column that is forecast.
  package var column: String
  /// How many steps are looked back on.
  package var history = 24
  /// Which of the next steps are answered, the first from 1.
  package var first = 1
  /// The last of them.
  package var last = 1
  /// The column that tells series apart; nil for one series.
  package var group: String?
  /// The column that orders the steps; nil for the order of the file.
  package var time: String?
  /// Further columns that are looked back on; nil until a table says which are numbers.
  package var others: [String]?
  /// After how many steps the series is like itself again; nil if it never is, or nobody looked.
  package var season: Int?
  /// What is learned; nil, as older models have it, for the values themselves.
  package var form: ForecastForm?
  /// Whether a missing value is taken as the last known one where it is looked back on; nil, as older
  /// models have it, for no.
  package var carriesForward: Bool? = true

  /// A series to be forecast.
  package init(column: String) { self.column = column }

  /// How many steps a window reaches over, those that are answered included.
  package var length: Int { history + last }

  /// The name of a column's value some steps back, 1 for the last known.
  package static func lag(_ column: String, _ steps: Int) -> String { "\(column)_lag_\(steps)" }

  /// For each column that is a step looked back on the last step of the same numbers.
  var lastSteps: [String: String] {
    var last: [String: String] = [:]
    for channel in channels {
      for name in channel { last[name] = channel.last }
    }
    return last
  }

  /// How many steps back the value lies that a step is compared with; nil without a season.
  ///
  /// - Parameter ahead: of the step, the first from 1.
  package func reference(_ form: ForecastForm, ahead: Int) -> Int? {
    switch form {
    case .value: nil
    case .change: 1
    case .seasonalChange: season.map { (ahead + $0 - 1) / $0 * $0 - ahead + 1 }
    }
  }

  /// The columns that are answered.
  package var targets: [String] { (first...last).map { "\(column)_ahead_\($0)" } }

  /// For each channel the columns of its steps, the oldest first.
  package var channels: [[String]] {
    ([column] + (others ?? [])).map { name in
      (1...history).reversed().map { Self.lag(name, $0) }
    }
  }

  /// - Throws: `Problem` for numbers that no training makes.
  func check() throws(Problem) {
    guard history >= 1, first >= 1, first <= last, length <= Self.longest,
      (season ?? 1) >= 1, (season ?? 1) <= history
    else {
      throw Problem.data(
        "preprocessing of the series",
        expected: "a history of 1 to \(Self.longest) steps, and answers after it",
        found: "history \(history), answers \(first) to \(last)",
        fix: "the model file is damaged; train again")
    }
  }

  /// The most steps of a window.
  package static let longest = 10_000

  /// Reads later files as that of the training was.
  func use(_ part: Part, _ options: inout TableOptions) {
    var source: [String: String] = [:]
    for name in targets { source[name] = column }
    for (name, lags) in zip([column] + (others ?? []), channels) {
      for lag in lags { source[lag] = name }
    }
    func renamed<Value>(_ values: [String: Value]) -> [String: Value] {
      Dictionary(values.map { (source[$0.key] ?? $0.key, $0.value) }) { first, _ in first }
    }
    var seen: Set<String> = []
    options.columns =
      ((options.columns ?? []).map { source[$0] ?? $0 } + [group, time].compactMap(\.self))
      .filter { seen.insert($0).inserted }
    options.optionalColumns.removeAll { source[$0] != nil || $0 == group || $0 == time }
    options.kinds = renamed(options.kinds)
    options.formats = renamed(options.formats)
    options.columnGaps = renamed(options.columnGaps)
    options.windows = (self, part)
  }
}

/// What the rows of a table are that was made of series.
package struct TableWindows: Sendable {
  /// With all columns that are looked back on.
  package let series: SeriesWindows
  /// From the first moment that a row looks back on to the last that it answers.
  package let spans: [ClosedRange<Double>]
  /// Rows of one stretch of a series share most of their steps.
  let stretches: [Int32]

  /// Why a column is no input.
  func reasonToIgnore(_ column: Column) -> String? {
    column.name == series.time && column.kind == .numeric
      ? "it orders the steps of the series" : nil
  }
}
