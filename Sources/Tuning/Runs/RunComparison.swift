public import Charts
import Datasets
import Engine
import Formatting
import Networks
public import Training

/// Runs beside each other: what was set otherwise, how they learned, how good they are, and whether the
/// difference may be chance.
public struct RunComparison: Encodable, Sendable {
  /// One of the runs.
  public struct Entry: Encodable, Sendable {
    public var summary: RunSummary
    public var parameters: Int?
    /// Of the rows that chose the best epoch.
    public var validation: Score?
    /// Of the rows that were kept back.
    public var test: Score?
    /// What both are of: `accuracy`.
    public var metric: String?
    /// How many times its test rows were read by now, this comparison included.
    public var testReadings: Int?

    private enum CodingKeys: String, CodingKey {
      case parameters, validation, test, metric
      case summary = "run"
      case testReadings = "test_readings"
    }
  }

  /// A setting that is not the same in all.
  public struct Difference: Encodable, Sendable, Hashable {
    public var setting: String
    /// Of each run, as JSON text.
    public var values: [String]
  }

  /// The first run and another on the same test rows.
  public struct Test: Encodable, Sendable {
    public var first: String
    public var second: String
    /// Above 0 where the second is better; nil where nothing can be compared.
    public var comparison: PairedComparison?
    /// The probability, corrected for all tests of this comparison (Benjamini and Hochberg).
    public var correctedPValue: Double?
    /// Why there is no test.
    public var reason: String?

    private enum CodingKeys: String, CodingKey {
      case first, second, comparison, reason
      case correctedPValue = "corrected_p_value"
    }
  }

  public internal(set) var runs: [Entry]
  public internal(set) var differences: [Difference]
  public internal(set) var tests: [Test]
  /// Of each metric that more than one run followed, one; the loss first.
  public internal(set) var charts: [LineChart]
  /// What a reader should know.
  public internal(set) var notes: [String]
}

extension RunCollection {
  /// Puts runs beside each other, the others beside the first.
  ///
  /// Where runs have come to their end, their models answer the test rows once more, for the paired test;
  /// each such reading is counted in the run's `about.json`, since who chooses by it has seen these rows.
  /// - Parameters:
  ///   - readsTest: whether the test rows are read.
  ///   - seed: decides which rows the bootstrap draws.
  /// - Throws: `Problem` for fewer than two runs, for one that is not there or cannot be read.
  public func compare(
    _ names: [String], readsTest: Bool = true, seed: UInt64 = 0
  ) throws -> RunComparison {
    let folders = try names.map(run)
    let real = folders.map { RunFolder.realPath($0.path) ?? $0.path }
    guard folders.count > 1, Set(real).count == folders.count else {
      throw Problem.data(
        "runs", expected: "two runs or more, each once",
        found: folders.count > 1 ? "one of them twice" : "\(folders.count)")
    }
    let configurations = try folders.map { try $0.configuration(registry: registry) }
    let labels = Self.labels(of: folders)
    var comparison = RunComparison(
      runs: try folders.map(entry), differences: try Self.differences(configurations), tests: [],
      charts: try charts(of: folders, labels), notes: [])
    for place in folders.indices { comparison.runs[place].summary.name = labels[place] }
    if comparison.differences.contains(where: { $0.setting == "loss" }) {
      comparison.notes.append(
        "they learn by different losses, whose curves say nothing of each other")
    }
    if readsTest {
      try test(folders, labels, seed: seed, in: &comparison)
    }
    return comparison
  }

  /// The last parts of their paths, as many as tell them apart.
  static func labels(of folders: [RunFolder]) -> [String] {
    let parts = folders.map {
      (RunFolder.realPath($0.path) ?? $0.path).split(separator: "/").map(String.init)
    }
    let most = parts.map(\.count).max() ?? 1
    for count in 1...max(1, most) {
      let labels = parts.map { $0.suffix(count).joined(separator: "/") }
      if Set(labels).count == labels.count { return labels }
    }
    return folders.map(\.path)
  }

  private func entry(_ folder: RunFolder) throws -> RunComparison.Entry {
    let whole = try description(of: folder.path)
    if let problem = whole.summary.problem {
      throw Problem(
        .malformed, folder.path, expected: "a run that can be read", found: problem,
        fix: "leave it out")
    }
    let scores = whole.test ?? whole.validation
    return RunComparison.Entry(
      summary: whole.summary, parameters: whole.parameters,
      validation: whole.validation?.leading.score, test: whole.test?.leading.score,
      metric: scores?.leading.name ?? whole.summary.score?.name, testReadings: whole.testReadings)
  }

  /// Where a run is kept says nothing of what it learned.
  private static func differences(
    _ configurations: [RunConfiguration]
  ) throws -> [RunComparison.Difference] {
    try RunConfiguration.settings.filter { $0.group != .output }.compactMap { setting in
      let values = try configurations.map { try setting.json(of: $0) }
      return Set(values).count == 1
        ? nil : RunComparison.Difference(setting: setting.name, values: values)
    }
  }

  // MARK: Curves

  private func charts(of folders: [RunFolder], _ labels: [String]) throws -> [LineChart] {
    let histories = try folders.map { try $0.has(.metrics) ? $0.metrics() : [] }
    func scores(_ record: EpochRecord) -> [String: Double] { record.validation ?? record.train }
    var names: [String: Int] = [:]
    for history in histories {
      for name in Set(history.flatMap { scores($0).keys }) { names[name, default: 0] += 1 }
    }
    let shared = names.filter { $0.value > 1 }.keys.sorted { a, b in
      (a == "loss" ? 0 : 1, a) < (b == "loss" ? 0 : 1, b)
    }
    return shared.map { name in
      let series = zip(histories, labels).map { history, label in
        LineChart.Series(
          label,
          history.compactMap { record in
            scores(record)[name].map { (x: Double(record.epoch), y: $0) }
          })
      }
      let isOfTraining = histories.contains { $0.contains { $0.validation == nil } }
      return LineChart(
        title: name, series: series, xTitle: "epoch",
        yTitle: isOfTraining ? "\(name), validation or training rows" : "\(name), validation rows")
    }.filter { !$0.series.isEmpty }
  }

  // MARK: Tests

  private func test(
    _ folders: [RunFolder], _ labels: [String], seed: UInt64, in comparison: inout RunComparison
  ) throws {
    var read: [Int: Result<RowResults, Problem>] = [:]
    func results(_ place: Int) throws -> RowResults {
      let known = read[place]
      if let known { return try known.get() }
      do {
        let results = try self.results(of: folders[place])
        read[place] = .success(results)
        return results
      } catch let problem as Problem {
        read[place] = .failure(problem)
        throw problem
      }
    }
    let first = Result { try TestRows(of: folders[0], registry) }
    for place in folders.indices.dropFirst() {
      var test = RunComparison.Test(first: labels[0], second: labels[place])
      do {
        let (one, other) = (try first.get(), try TestRows(of: folders[place], registry))
        test.reason = one.difference(from: other, labels[0], labels[place])
        if test.reason == nil {
          let (one, other) = (try results(0), try results(place))
          (test.comparison, test.reason) = Self.paired(one, other, seed)
        }
      } catch let problem as Problem { test.reason = problem.sentence }
      comparison.tests.append(test)
    }
    let places = comparison.tests.indices.filter { comparison.tests[$0].comparison?.pValue != nil }
    let corrected = places.compactMap { comparison.tests[$0].comparison?.pValue }
      .correctedForMany()
    for (place, probability) in zip(places, corrected) {
      comparison.tests[place].correctedPValue = probability
    }
    for case (let place, .success) in read.sorted(by: { $0.key < $1.key }) {
      count(folders[place], at: place, in: &comparison)
    }
  }

  private func results(of folder: RunFolder) throws -> RowResults {
    let run = try StoredRun(folder.path, registry: registry, decoders: decoders)
    let model = try run.model()
    guard let test = try run.experiment().data.test else {
      throw Problem.data(folder.path, expected: "test rows", found: "none")
    }
    return try model.rowResults(on: test, threads: run.configuration.training.threads ?? 1)
  }

  private static func paired(
    _ one: RowResults, _ other: RowResults, _ seed: UInt64
  ) -> (PairedComparison?, String?) {
    guard one.truths == other.truths else {
      return (nil, "what is true of their test rows is not the same")
    }
    guard one.areIndependent, other.areIndependent else {
      return (
        nil,
        "their test rows are of groups or have weights, and a paired test needs rows that "
          + "stand alone"
      )
    }
    guard let comparison = one.comparison(with: other, seed: seed) else {
      return (nil, "their answers are of different kinds")
    }
    return (comparison, nil)
  }

  /// Writes down that the test rows were read.
  private func count(_ folder: RunFolder, at place: Int, in comparison: inout RunComparison) {
    do {
      try RunAbout.change(of: folder) { $0.testComparisons = ($0.testComparisons ?? 0) + 1 }
      comparison.runs[place].testReadings = Self.testReadings(of: folder, try? folder.report())
    } catch {
      comparison.notes.append("that the test rows were read could not be written down: \(error)")
    }
  }
}

extension Problem {
  /// As a part of another sentence.
  fileprivate var sentence: String {
    description.hasSuffix(".") ? String(description.dropLast()) : description
  }
}

/// Which rows a run was tested on.
private struct TestRows {
  /// SHA-256 of its data and of the numbers of its test rows.
  let hashes: [String]
  let target: String

  /// - Throws: `Problem` that says why a run has no test rows that may be read.
  init(of folder: RunFolder, _ registry: Registry) throws {
    func none(_ found: String) -> Problem {
      Problem.data(folder.path, expected: "a run whose test rows are scored", found: found)
    }
    guard folder.has(.report) else { throw none("one that has not come to its end") }
    let report = try folder.report()
    guard report.test != nil else {
      throw none(
        report.ending == .interrupted ? "one that has not come to its end" : "one without test rows"
      )
    }
    let configuration = try StoredRun(folder.path, registry: registry).configuration
    target = report.target
    if case .file(let path) = configuration.data.test {
      hashes = [try PreparedData.file(path).sha256]
      return
    }
    let manifest = try SplitManifest(
      json: AtomicFile.read(folder[.split], limit: 1 << 28), name: folder[.split])
    guard let rows = manifest.sha256?["test"], let files = manifest.files, !files.isEmpty else {
      throw none("one whose split has no hashes")
    }
    hashes = files.map(\.sha256) + [rows]
  }

  /// Why two runs cannot be tested against each other; nil where they can.
  func difference(from other: TestRows, _ own: String, _ others: String) -> String? {
    if target != other.target {
      return "\(own) learned \(target) and \(others) \(other.target)"
    }
    return hashes == other.hashes
      ? nil : "\(own) and \(others) have different test rows, as their splits say"
  }
}
