import Charts
import Datasets
import Engine
import Formatting
import Networks
import RunSupport
import TestSupport
import Testing
import Training

@testable import Diagnosis

/// A layer of a user's own.
private struct Halved: StoredLayer {
  static let kind = "halved"
  static var usual: Halved { Halved() }
  func callAsFunction(_ input: Node) throws -> Node { try input * 0.5 }
}

/// A metric of a user's own.
private struct AlwaysOne: ClassificationMetric {
  static let kind = "always_one"
  static var usual: AlwaysOne { AlwaysOne() }
  func value(of predictions: ClassPredictions) -> Double? { 1 }
}

@Suite struct RunReportTests {
  @Test func aRunsPageIsWholeSafeAndMadeAgainFromItsFolder() throws {
    let made = try TemporaryRun(.classes)
    let bytes = try AtomicFile.read(made.folder[.page], limit: 1 << 20)
    let html = String(decoding: bytes, as: UTF8.self)
    #expect(bytes.count < 1_000_000)
    for heading in [
      "Scores", "Learning curves", "Answers on test rows", "Worst mistakes", "Data", "Network",
      "How it was made",
    ] { #expect(html.contains("<h2>\(heading)</h2>"), "\(heading)") }
    let again = try ReportPage(RunReport(of: made.folder), of: made.folder).html
    #expect(again == html)
    try PageChecks.check(html)
    // Labels and columns are the data's, so they may hold anything.
    #expect(!html.contains("<i>") && html.contains("&lt;i&gt;"))
    #expect(html.contains("glassbox train --config"))
    #expect(html.contains(made.experiment.data.manifest.files![0].sha256))
  }

  @Test func theTwinHoldsTheSameNumbers() throws {
    let made = try TemporaryRun(.classes)
    let report = try RunReport(of: made.folder)
    #expect(report.findings == made.report.findings)
    #expect(report.facts == made.report.facts)
    #expect(report.experiment.weightsSHA256 == made.report.experiment.weightsSHA256)
    let findings = try #require(report.findings)
    let test = try #require(made.experiment.data.test)
    let classes = try #require(report.experiment.test?.scores.classification)
    #expect(findings.calibration.reduce(0) { $0 + $1.count } == test.count)
    let right = classes.confusion.indices.reduce(0) { $0 + classes.confusion[$1][$1] }
    #expect(findings.mistakeCount == test.count - right)
    #expect(findings.plane.count == min(400, made.experiment.data.train.count))
    let sureness = findings.mistakes.compactMap(\.probability)
    #expect(sureness == sureness.sorted(by: >))
    #expect(findings.mistakes.count == min(12, test.count - right))
    #expect(!findings.mistakes.isEmpty)
    for mistake in findings.mistakes {
      let cells = made.rows[mistake.row - 1]
      #expect(mistake.truth == cells[2])
      #expect(mistake.answer != mistake.truth)
      #expect(mistake.inputs.map(\.name) == ["width <i>&", "height"])
      for (input, cell) in zip(mistake.inputs, cells) {
        #expect((Double(input.value)! - Double(cell)!).magnitude <= 1e-3 * Double(cell)!.magnitude)
      }
    }
  }

  @Test func aRegressionShowsItsLargestErrors() throws {
    let made = try TemporaryRun(.numbers)
    let findings = try #require(made.report.findings)
    let errors = findings.mistakes.compactMap { $0.error?.magnitude }
    #expect(errors == errors.sorted(by: >))
    let test = try #require(made.experiment.data.test)
    #expect(findings.pairs.count == test.count)
    let squares = findings.pairs.map { ($0[0] - $0[1]) * ($0[0] - $0[1]) }
    let rmse = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    let scored = try #require(made.report.experiment.test?.rmse)
    #expect((rmse - scored).magnitude < 1e-4 * scored)
    #expect(findings.baseline > rmse)
    let html = try ReportPage(made.report, of: made.folder).html
    #expect(html.contains("Predicted and true values"))
    try PageChecks.check(html)
  }

  /// An answer that needs no learning is as good: the page says so, unless rows are too few to tell.
  @Test(arguments: [TemporaryRun.Kind.classes, .numbers])
  func whatIsOfNoUseIsSaid(_ kind: TemporaryRun.Kind) throws {
    let run = try TemporaryRun(kind)
    #expect(run.report.verdictOfNoUse == nil)
    var report = run.report
    report.findings?.baseline = kind == .classes ? 1 : 0
    #expect(report.verdictOfNoUse?.contains("no better than always answering") == true)
    report.experiment.test?.scores.rows = 5
    #expect(report.verdictOfNoUse == nil)
  }

  @Test func laterScoresReplaceThoseOfTheSameData() throws {
    let made = try TemporaryRun(.classes)
    var report = made.report
    let evaluation = try #require(report.experiment.test?.scores)
    report.add(.init(data: "a<b>.csv", evaluation: evaluation))
    report.add(.init(data: "c.csv", evaluation: evaluation))
    report.add(.init(data: "a<b>.csv", evaluation: evaluation))
    #expect(report.laterEvaluations.map(\.data) == ["a<b>.csv", "c.csv"])
    try report.write(to: made.folder)
    #expect(try RunReport(of: made.folder).laterEvaluations.count == 2)
    let html = String(
      decoding: try AtomicFile.read(made.folder[.page], limit: 1 << 20), as: UTF8.self)
    #expect(html.contains("Evaluated later") && html.contains("a&lt;b&gt;.csv"))
  }

  @Test func aRunOfOwnPartsIsReported() throws {
    let registry = Registry.standard.adding(Halved.self, AlwaysOne.self)
    let temporary = try TemporaryFolder()
    var configuration = RunConfiguration()
    configuration.training.epochs = 2
    configuration.training.metrics = [.accuracy, AlwaysOne()]
    configuration.network.architecture = .layers(LayerList([Halved(), Dense(1)]))
    let inputs = (0..<80).map { Float($0 % 9) }
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: inputs),
      targets: Examples(shape: .scalar, floats: inputs.map { $0 > 4 ? 1 : 0 }))
    let prepared = try PreparedData(
      train: data.subset(Array(0..<60)), validation: data.subset(Array(60..<80)),
      preprocessing: Preprocessing(columns: ["x"], target: "large", classes: ["no", "yes"]))
    let session = try TrainingSession(
      Experiment(configuration, data: prepared, registry: registry), in: temporary.path("own"))
    let (report, model) = try session.conclude(session.learn())
    try RunReport(report, of: session.experiment, model: model)
      .write(to: session.folder, registry: registry)
    let page = try ReportPage(
      RunReport(of: session.folder), of: session.folder, registry: registry
    ).html
    #expect(page.contains("always_one") && page.contains("halved"))
    try PageChecks.check(page)
    #expect(throws: Problem.self) {
      try ReportPage(RunReport(of: session.folder), of: session.folder)
    }
  }

  @Test func aFolderWithoutReportSaysWhatToDo() throws {
    let temporary = try TemporaryFolder()
    let folder = try RunFolder(creating: temporary.path("empty"), force: false)
    #expect { try RunReport(of: folder) } throws: { error in
      (error as? Problem)?.fix.contains("resume the training") == true
    }
  }

  @Test func wordsOfAShellAreQuoted() {
    #expect("runs/a-b_1".shellQuoted == "runs/a-b_1")
    #expect("my run".shellQuoted == "'my run'")
    #expect("it's $x".shellQuoted == "'it'\\''s $x'")
    #expect("".shellQuoted == "''")
  }
}
