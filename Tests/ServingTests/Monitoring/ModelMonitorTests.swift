import Datasets
import Engine
import Foundation
import Networks
import Platform
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct ModelMonitorTests {
  /// Rows in memory, as a log would hand them over.
  struct Rows: ObservedRows {
    var rows: [ObservedRow]
    func forEachRow(
      ofModel hash: String?, since: UInt64, _ body: (ObservedRow) throws -> Void
    ) throws {
      for row in rows where row.time >= since { try body(row) }
    }
  }

  private static let day: UInt64 = 86_400_000

  /// Three columns, of which one is a whole number with frequent values; the first makes the answer.
  static func model(rows: Int = 1000) throws -> ServedModel {
    let text = "hours,visits,subject,passed\n" + (0..<rows).map { cells($0).line }.joined()
    let table = try DataTable(csv: Array(text.utf8), name: "students.csv")
    let preprocessing = try Preprocessing(fitting: table, target: "passed")
    var trainer = Trainer(
      Sequential { Dense(1) }, loss: .binaryCrossEntropy, optimizer: .adam(learningRate: 0.1),
      seed: 1)
    try trainer.fit(try preprocessing.dataset(table), epochs: 3)
    return ServedModel(
      try TrainedModel(trainer, preprocessing: preprocessing), .init(name: "students", hash: "0"))
  }

  /// A row of the training table, by its number.
  private static func cells(_ row: Int) -> (
    values: [String: CellValue], truth: String, line: String
  ) {
    // Multiples of an odd number go through all remainders.
    let hours = Double(row * 337 % 1000) / 100
    let visits = [0, 0, 0, 1, 1, 2, 3][row * 5 % 7]
    let subject = ["maths", "art", "art", "music"][row % 4]
    let truth = hours > 5 ? "yes" : "no"
    return (
      ["hours": .number(hours), "visits": .number(Double(visits)), "subject": .text(subject)],
      truth, "\(hours),\(visits),\(subject),\(truth)\n"
    )
  }

  static func observed(
    _ count: Int, of model: ServedModel, labelled: Bool = true, from start: UInt64 = 0,
    _ change: (inout [String: CellValue]) -> Void = { _ in }
  ) throws -> [ObservedRow] {
    try (0..<count).map { row in
      var (cells, truth, _) = cells(row)
      change(&cells)
      return ObservedRow(
        time: start + UInt64(row) * 3 * day / UInt64(count), cells: cells,
        prediction: try model.trained.predict(cells), seconds: 0.001 * Double(1 + row % 10),
        truth: labelled ? .label(truth) : nil)
    }
  }

  private func report(
    _ rows: [ObservedRow], of model: ServedModel
  ) throws -> MonitorReport {
    try MonitorReport(of: model, rows: Rows(rows: rows))
  }

  /// Where recent rows are those of training, each bin holds what training counted in it.
  @Test func theRowsOfTrainingFallIntoItsBins() throws {
    let model = try Self.model()
    let summary = try #require(model.trained.dataSummary)
    let known = ["maths", "art", "music"]
    for (column, seen) in zip(model.trained.preprocessing.columns, summary.columns) {
      let reference = ReferenceColumn(seen, .input, known: known)
      var observed = ObservedColumn(reference)
      for row in 0..<1000 {
        switch try #require(
          try column.observed(Self.cells(row).values[column.name]!, at: "row"))
        {
        case .number(let number): observed.add(number, reference)
        case .category(let place): observed.add(column.vocabulary[place], reference)
        case .unseen, .missing: Issue.record("row \(row) of \(column.name)")
        }
      }
      #expect(observed.counts == reference.counts, "\(column.name)")
      #expect(observed.outOfRange == 0)
    }
    let report = try report(Self.observed(1000, of: model), of: model)
    #expect(report.verdict == .quiet, "\(report.text)")
    #expect(report.columns.map(\.name).sorted() == ["hours", "passed", "subject", "visits"])
    #expect(report.columns.allSatisfy { $0.psi == 0 })
  }

  /// Each kind of move, and the columns that it has to be found in.
  static let moves: [(String, @Sendable (inout [String: CellValue]) -> Void, Set<String>)] = [
    ("higher", { $0["hours"] = .number(9.5) }, ["hours", "passed"]),
    ("out of range", { $0["hours"] = .number(50) }, ["hours", "passed"]),
    ("missing", { $0["visits"] = .missing }, ["visits"]),
    ("left out", { $0["visits"] = nil }, ["visits"]),
    ("one category", { $0["subject"] = "art" }, ["subject"]),
    ("a new category", { $0["subject"] = "sports" }, ["subject"]),
  ]

  @Test(arguments: moves.indices)
  func movesAreFoundWhereTheyAre(_ place: Int) throws {
    let (name, change, expected) = Self.moves[place]
    let model = try Self.model()
    // Half of the rows have changed; a cell that is left out cannot be answered by the server.
    let rows = try Self.observed(600, of: model).enumerated().map { number, row in
      var row = row
      if number % 2 == 0 {
        change(&row.cells!)
        row.prediction = (try? model.trained.predict(row.cells!)) ?? row.prediction
      }
      return row
    }
    let report = try report(rows, of: model)
    #expect(report.hasDrifted, "\(name): \(report.text)")
    let drifted = Set(report.columns.filter { $0.verdict == .drift }.map(\.name))
    #expect(drifted == expected, "\(name): \(report.text)")
    #expect(report.sentence.hasPrefix("Drift in \(expected.count) of 4 columns"))
    let first = try #require(report.columns.first)
    #expect(try #require(first.low) > DriftRule().harmless)
    if name == "a new category" {
      #expect(try #require(report.columns.first { $0.name == "subject" }?.unseen) == 0.5)
    }
    if name == "out of range" {
      #expect(try #require(report.columns.first { $0.name == "hours" }?.outOfRange) == 0.5)
    }
    if name == "missing" {
      #expect(report.columns.first { $0.name == "visits" }?.missing == 0.5)
    }
  }

  @Test func fewRowsAreNotEnoughAndTheNumberThatIsEnoughSuffices() throws {
    let model = try Self.model()
    let few = try report(Self.observed(20, of: model), of: model)
    #expect(few.verdict == .notEnoughData)
    let enough = try #require(few.columns.compactMap(\.rowsEnough).max())
    #expect(few.sentence.contains("would do"))
    let more = try report(Self.observed(enough, of: model), of: model)
    #expect(more.verdict == .quiet, "\(more.text)")
    let none = try report([], of: model)
    #expect(none.verdict == .notEnoughData && none.from == nil)
  }

  @Test func answersAreScoredWhereTheTruthIsKnown() throws {
    let model = try Self.model()
    var rows = try Self.observed(400, of: model)
    rows[0].truth = .label("perhaps")
    rows[1].truth = .value(3)
    let report = try report(rows, of: model)
    let performance = try #require(report.performance)
    #expect(performance.rows == 399 && performance.unknownLabels == 1)
    let right = rows.count {
      if case .label(let label)? = $0.truth { label == $0.prediction.label } else { false }
    }
    #expect(performance.accuracy?.value == Double(right) / 399)
    #expect(performance.classification?.examples == 398)
    #expect(performance.calibration?.isEmpty == false)
    #expect(report.notes.contains { $0.contains("1 rows with feedback are not scored") })
    #expect(report.windows.count == 3)
    #expect(report.windows.map(\.rows).reduce(0, +) == 400)
    #expect(report.latency?.median == 0.005)
    let estimate = try #require(report.estimate)
    let mean = rows.reduce(0.0) { $0 + Double($1.prediction.probabilities!.values.max()!) } / 400
    #expect((estimate.value - mean).magnitude < 1e-9 && estimate.isEstimate)
    #expect(estimate.low < mean && mean < estimate.high)
  }

  @Test func whatCannotBeReadIsCounted() throws {
    let model = try Self.model()
    var rows = try Self.observed(50, of: model, labelled: false)
    rows[3].cells = ["hours": "many", "visits": 1, "subject": "art"]
    rows[4].cells = nil
    let report = try report(rows, of: model)
    #expect(report.unreadable == 1 && report.performance == nil)
    #expect(report.notes.contains { $0.contains("1 rows cannot be read") && $0.contains("many") })
    #expect(report.notes.contains { $0.contains("of 1 rows the log holds no inputs") })
    #expect(report.columns.first { $0.name == "hours" }?.rows == 48)
  }

  @Test func whatIsSaidHoldsInEveryForm() throws {
    let model = try Self.model()
    let quiet = try Self.observed(500, of: model)
    let moved = try Self.observed(500, of: model, labelled: false) { $0["hours"] = 9.9 }
    for rows in [quiet, moved, []] {
      let report = try report(rows, of: model)
      let text = report.text
      #expect(text.contains(report.sentence))
      let html = report.html(of: "<students>")
      #expect(html.contains("&lt;students&gt;") && !html.contains("<students>"))
      #expect(html.contains("hours") && !html.contains("<script"))
      let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
      let again = try JSONDecoder().decode(MonitorReport.self, from: Data(json.utf8))
      #expect(again.columns == report.columns && again.sentence == report.sentence)
      // Names in snake case alone.
      #expect(json.range(of: "\"[a-z]+[A-Z][A-Za-z]*\":", options: .regularExpression) == nil)
    }
  }

  @Test func oldSummariesAreComparedAsFarAsTheySay() throws {
    var numbers = try #require(NumberSummary((0..<1000).map { Double($0) }))
    numbers.counts = nil
    #expect(
      ReferenceColumn("x", .input, numbers, count: 1000).counts.dropLast().allSatisfy { $0 == 100 })
    var tied = try #require(NumberSummary((0..<1000).map { Double($0 % 3) }))
    tied.counts = nil
    let reference = ReferenceColumn("x", .input, tied, count: 1000)
    #expect(reference.reason?.contains("train it again") == true)
    let drift = ColumnDrift.comparing([reference], [ObservedColumn(reference)], rule: DriftRule())
    #expect(drift[0].verdict == .notCompared && drift[0].reason == reference.reason)
  }

  @Test func rulesThatAreNoneAreRefused() throws {
    let model = try Self.model(rows: 50).trained
    for change: @Sendable (inout DriftRule) -> Void in [
      { $0.level = 0 }, { $0.level = 1 }, { $0.harmless = -1 }, { $0.harmless = 0.2 },
    ] {
      var rule = DriftRule()
      change(&rule)
      #expect(throws: Problem.self) { try ModelMonitor(model, rule: rule) }
    }
    #expect(throws: Problem.self) { try ModelMonitor(model, window: 0) }
    #expect(try TimeSpan.seconds("7d", setting: "since") == 604_800)
    for text in ["", "7", "d", "-1d", "1e99w", "nanh", "7 days"] {
      #expect(throws: Problem.self) { try TimeSpan.seconds(text, setting: "since") }
    }
  }

  @Test func aServerSaysWhatItSees() async throws {
    let model = try Self.model()
    let folder = try TemporaryFolder()
    var settings = PredictionLogSettings(path: folder.path("log.sqlite"))
    settings.inputs = .full
    let log = try PredictionLog(settings)
    let start = SystemClock.milliseconds - Self.day
    for row in try Self.observed(500, of: model, from: start, { $0["hours"] = 9.9 }) {
      log.add(
        LogRecord(
          id: RequestID.next(), time: start + (row.time - start) / 4, model: model,
          inputs: .rows([.named(row.cells!)], isSummary: false), predictions: [row.prediction],
          queued: 1, computed: 1))
    }
    log.close()
    try await RunningServer.with(ModelSlot(model), { $0.log = settings }) { port in
      let answer = try await RawClient.request("GET", "/monitor?since=2d&window=6h", port: port)
      #expect(answer.status == 200, "\(answer.text)")
      let report = try JSONDecoder().decode(MonitorReport.self, from: answer.body)
      #expect(report.hasDrifted && report.windows.count > 1)
      let metrics = try await RawClient.request("GET", "/metrics", port: port).text
      #expect(metrics.contains("glassbox_drift_detected 1.0"))
      #expect(metrics.contains("glassbox_drift_psi{column=\"hours\"} "))
      // What the dashboard asks for is there.
      let dashboard = try repositoryText("Docs/grafana.json")
      let names = Set(dashboard.matches(of: /(glassbox|http_server)_[a-z_]+/).map { String($0.0) })
      #expect(names.count > 10)
      _ = try await RawClient.post(
        "/predict", json: #"{"hours":3,"visits":1,"subject":"art"}"#, port: port)
      let counted = try await RawClient.request("GET", "/metrics", port: port).text
      for name in names { #expect(counted.contains("\n\(name)"), "\(name)") }
      let refused = try await RawClient.request("GET", "/monitor?since=ever", port: port)
      #expect(refused.status == 422, "\(refused.text)")
    }
    try await RunningServer.with(ModelSlot(model)) { port in
      let answer = try await RawClient.request("GET", "/monitor", port: port)
      #expect(answer.status == 404 && answer.text.contains("`log`"))
    }
  }
}

extension EncodedColumn {
  fileprivate var vocabulary: [String] {
    if case .categories(let vocabulary, _, _) = encoding { vocabulary } else { [] }
  }
}
