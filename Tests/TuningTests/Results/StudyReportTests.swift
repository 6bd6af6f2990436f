import Charts
import Engine
import Formatting
import Networks
import TestSupport
import Testing

@testable import Tuning

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Studies of every kind, and what is made of them.
@Suite struct StudyReportTests {
  static let hostile = "<b>&\"'`\u{1}</script>"

  private static let mixed = [
    SearchDimension("learning_rate", .real(low: 1e-5, high: 1, isLogarithmic: true)),
    SearchDimension("units", .whole(low: 4, high: 256, isLogarithmic: true)),
    SearchDimension("optimizer", .choice(count: 3)),
    SearchDimension(
      "momentum", .real(low: 0, high: 0.99, isLogarithmic: false),
      when: [.init(dimension: 2, values: [1])]),
    SearchDimension("fixed", .real(low: 2, high: 2, isLogarithmic: false)),
  ]

  private static func loss(_ point: SearchPoint, _ random: inout RandomGenerator) -> Double {
    let rate = Double.log10(point[0]!) + 2.5
    return 0.1 + rate * rate * 0.2 + (point[2] == 1 ? 0.5 * (point[3] ?? 0) : 0.3)
      + 0.02 * random.normal()
  }

  static var records: [(String, StudyRecord)] {
    let outcomes: [(Double?, TuningTrial.State)] = [
      (1, .complete), (2, .pruned), (nil, .failed), (3, .running),
    ]
    var records: [(String, StudyRecord)] = [0, 1, 2].map { count in
      (
        "\(count) trials",
        SyntheticStudy.record(mixed, trials: count) { (loss($0, &$1), .complete) }
      )
    }
    records.append(
      (
        "120 trials, some of every state",
        SyntheticStudy.record(mixed, trials: 120) { point, random in
          let draw = random.below(8)
          return draw < 3 ? outcomes[draw + 1] : (loss(point, &random), .complete)
        }
      ))
    for (name, outcome) in zip(["complete", "pruned", "failed", "running"], outcomes) {
      records.append(("all \(name)", SyntheticStudy.record(mixed, trials: 30) { _, _ in outcome }))
    }
    for value in [Double.infinity, -.infinity, .nan, 1e300, -1e300] {
      records.append(
        (
          "some \(value)",
          SyntheticStudy.record(mixed, trials: 25, largerIsBetter: true) { point, random in
            (random.below(4) == 0 ? value : point[0]!, .complete)
          }
        ))
    }
    records.append(
      (
        "choices only",
        SyntheticStudy.record(
          (0..<3).map { SearchDimension("c\($0)", .choice(count: 20)) }, trials: 60
        ) { point, _ in (point[0]! + point[1]! / 5, .complete) }
      ))
    records.append(
      (
        "one dimension",
        SyntheticStudy.record(SyntheticStudy.numbers(1), trials: 60) {
          ($0[0]! + 0 * $1.uniform(), .complete)
        }
      ))
    records.append(
      ("no dimension", SyntheticStudy.record([], trials: 5) { _, _ in (1, .complete) }))
    records.append(
      (
        "hostile names",
        SyntheticStudy.record(
          [
            SearchDimension(hostile, .real(low: 0, high: 1, isLogarithmic: false)),
            SearchDimension(String(repeating: hostile, count: 20), .choice(count: 2)),
          ], trials: 20, name: hostile,
          choices: [[], [hostile, String(repeating: "a", count: 5000)]]
        ) { ($0[0]! + 0 * $1.uniform(), .complete) }
      ))
    records.append(
      (
        "40 dimensions, 500 trials",
        SyntheticStudy.record(SyntheticStudy.numbers(40), trials: 500) { point, random in
          // Most are stopped, so that trees are small.
          (point[3]! + point[7]!, random.below(20) == 0 ? .complete : .pruned)
        }
      ))
    return records
  }

  @Test(arguments: records.map(\.0)) func everyStudyHasAPageATextAndJSON(_ name: String) throws {
    let record = try #require(Self.records.first { $0.0 == name }).1
    let report = StudyReport(of: record, decision: Self.decision(record))
    let page = report.html
    #expect(page.utf8.count < 1_000_000, "\(page.utf8.count)")
    #expect(!page.contains("<script") && !page.contains("<b>") && !page.contains("http://"))
    #expect(page.contains("<h1>") && page.hasSuffix("</html>\n"))
    if let folder = ProcessInfo.processInfo.environment["GLASSBOX_FIGURES"] {
      try AtomicFile.write(Array(page.utf8), to: "\(folder)/\(name.replacing(" ", with: "-")).html")
    }
    // Each opened element is closed, and nothing of a name is one.
    let figures = page.split(separator: "<figure>\n").dropFirst()
    #expect(figures.count < 20)
    for figure in figures {
      let end = try #require(
        figure.firstRange(of: "<figcaption>") ?? figure.firstRange(of: "</figure>"))
      _ = try StrictXML(String(figure[..<end.lowerBound]))
    }
    #expect(!report.text.isEmpty && !report.text.contains("nil"))
    #expect(report.text.split(separator: "\n").allSatisfy { !$0.hasPrefix("Optional") })
    let json = try JSONText.encode(report)
    for key in json.matches(of: /"([A-Za-z_]+)":/) {
      let key = String(key.1)
      #expect(key == key.lowercased() || key.contains("choice"), "\(key)")
    }
    #expect((report.importance == nil) == (report.importanceReason != nil))
    #expect((report.gain == nil) == (report.gainReason != nil))
    let view = StudyView(record, planned: 500, elapsed: 60)
    for (width, height) in [(80, 16), (20, 5), (1, 1), (200, 3)] {
      let lines = view.lines(width: width, height: height)
      #expect(lines.count <= height && lines.allSatisfy { $0.count <= width })
    }
  }

  private static func decision(_ record: StudyRecord) -> StudyDecision? {
    guard let best = record.best else { return nil }
    return StudyDecision(
      sentence: "Trial \(best.number) won.", winner: best.number,
      finalists: [
        .init(
          trial: best.number, settings: best.settings, values: [1, 2], mean: 1.5, probability: nil),
        .init(trial: 1, settings: [hostile: hostile], values: [], mean: .nan, probability: 0.975),
      ], test: "On the test part \(hostile).")
  }

  @Test func theSentenceNamesTheBestAndTheDefault() throws {
    var record = SyntheticStudy.record(Self.mixed, trials: 3) { _, _ in (2, .complete) }
    record.trials[1].value = 1
    let report = StudyReport(of: record)
    #expect(report.best == 2)
    #expect(
      report.sentence
        == "Trial 2 is the best of 3 complete ones: loss 1, where the default settings have 2.")
    #expect(report.ranked.map(\.number) == [2, 1, 3])
    #expect(report.importanceReason?.contains("3 trials are complete") == true)
    record.objective = Objective("accuracy", largerIsBetter: true)
    #expect(StudyReport(of: record).best == 1)
    #expect(StudyReport(of: record).bestSoFar?.series[0].points.map(\.y) == [2, 2, 2])
  }

  @Test func failuresAreCountedByKind() {
    var record = SyntheticStudy.record(Self.mixed, trials: 6) { _, _ in (nil, .failed) }
    for (trial, kind) in zip(1...5, TuningTrial.Failure.allCases) {
      record.trials[trial].failure = kind
    }
    let report = StudyReport(of: record)
    #expect(report.failures.map(\.trials) == [2, 1, 1, 1, 1])
    #expect(report.failureLines[0] == "2 diverged: the loss is <no> number")
    #expect(Set(report.failureLines).count == TuningTrial.Failure.allCases.count)
    #expect(report.sentence == "None of 6 trials came to its end.")
  }

  @Test func whatIsLeftOutIsCounted() throws {
    let record = try #require(Self.records.last).1
    let report = StudyReport(of: record)
    #expect(report.html.contains("And 450 more trials"))
    #expect(report.omissions[0].contains("the axes are 16 of 40"))
    #expect(report.omissions[0].contains("the curves are 120 of 500"))
    #expect(report.slices.count == 12)
    #expect(report.parallelCoordinates?.axes.count == 17)
  }

  @Test func linesOfTheParallelAxesAreWhereTheSettingsAre() throws {
    let record = SyntheticStudy.record(Self.mixed, trials: 12) { (Self.loss($0, &$1), .complete) }
    let chart = try #require(StudyReport(of: record).parallelCoordinates)
    #expect(chart.axes.map(\.name) == Self.mixed.map(\.name) + ["loss"])
    let best = try #require(record.best)
    #expect(chart.lines[0].rank == 1)
    #expect(chart.lines.map(\.rank).min() == 0)
    for (place, value) in zip(chart.lines[0].places, best.point) {
      #expect((place == nil) == (value == nil))
    }
    #expect(
      (chart.lines[0].places[0]! - (Double.log10(best.point[0]!) + 5) / 5).magnitude < 1e-9,
      "an axis of logarithms")
  }
}
