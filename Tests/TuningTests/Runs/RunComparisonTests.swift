import Charts
import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Tuning

/// Runs beside each other.
@Suite struct RunComparisonTests {
  @Test func runsAreComparedOnTheSameTestRows() throws {
    let trained = try TrainedRuns()
    let one = try trained.train("one") { $0.training.learningRate = 0.0001 }
    let two = try trained.train("two") { $0.training.epochs = 12 }
    try trained.train("three")
    let comparison = try trained.runs.compare(["one", "two", "three"])
    #expect(comparison.tests.count == 2 && comparison.tests.allSatisfy { $0.reason == nil })
    let paired = try #require(comparison.tests[0].comparison)
    #expect(paired.method == .mcNemarMidP && paired.rows == one.rows.test)
    let gain = try #require(two.test?.accuracy) - (try #require(one.test?.accuracy))
    #expect((paired.difference - gain).magnitude < 1e-12, "\(paired.difference), \(gain)")
    let probabilities = comparison.tests.compactMap { $0.comparison?.pValue }
    #expect(comparison.tests.map(\.correctedPValue) == probabilities.correctedForMany())
    #expect(comparison.differences.map(\.setting).contains("learning_rate"))
    #expect(comparison.differences.map(\.setting).contains("epochs"))
    #expect(!comparison.differences.map(\.setting).contains("output"))
    let rate = comparison.differences.first { $0.setting == "learning_rate" }
    #expect(rate?.values == ["0.0001", "0.05", "0.05"])
    let loss = try #require(comparison.charts.first)
    #expect(loss.title == "loss" && loss.series.map(\.name) == ["one", "two", "three"])
    #expect(
      loss.series[0].points.map(\.y)
        == (try trained.folder("one").metrics()).map { $0.validation?["loss"] })
  }

  @Test func numbersAreComparedByTheirErrors() throws {
    let trained = try TrainedRuns()
    func number(_ configuration: inout RunConfiguration) {
      configuration.data.target = "price"
      configuration.data.ignore = ["answer"]
    }
    let one = try trained.train("one") {
      number(&$0)
      $0.training.epochs = 1
    }
    let two = try trained.train("two") {
      number(&$0)
      $0.training.epochs = 20
    }
    let paired = try #require(try trained.runs.compare(["one", "two"]).tests[0].comparison)
    let gain = try #require(one.test?.mae) - (try #require(two.test?.mae))
    #expect(paired.method == .pairedBootstrap)
    #expect((paired.difference - gain).magnitude < 1e-4 * gain.magnitude)
  }

  @Test func readingsOfTheTestRowsAreCounted() throws {
    let trained = try TrainedRuns()
    try trained.train("one")
    try trained.train("two") { $0.training.epochs = 4 }
    #expect(try trained.runs.description(of: "one").testReadings == 1)
    let first = try trained.runs.compare(["one", "two"])
    #expect(first.runs.map(\.testReadings) == [2, 2])
    #expect(try trained.runs.compare(["one", "two"], readsTest: false).tests.isEmpty)
    #expect(try trained.runs.compare(["two", "one"]).runs.map(\.testReadings) == [3, 3])
    #expect(try trained.runs.description(of: "one").testReadings == 3)
    #expect(try trained.runs.compare(["one", "two"]).text.contains("were read 4 times"))
  }

  /// A run that the first cannot be tested against, and what is said of it.
  private static let others: [(String, @Sendable (inout RunConfiguration) -> Void)] = [
    (
      "learned answer",
      {
        $0.data.target = "price"
        $0.data.ignore = ["answer"]
      }
    ),
    ("different test rows", { $0.data.seed = 9 }),
    ("different test rows", { $0.data.test = .fraction(0.3) }),
    ("without test rows", { $0.data.test = .fraction(0) }),
  ]

  @Test func whyThereIsNoTestIsSaid() throws {
    let trained = try TrainedRuns()
    try trained.train("one")
    for (place, (reason, change)) in Self.others.enumerated() {
      try trained.train("\(place)", change)
      let comparison = try trained.runs.compare(["one", "\(place)"])
      #expect(comparison.tests[0].comparison == nil)
      #expect(comparison.tests[0].reason?.contains(reason) == true, "\(comparison.tests[0])")
      #expect(comparison.text.contains(reason), "\(comparison.text)")
    }
    try trained.train("stopped", stoppingAfter: 1)
    let stopped = try trained.runs.compare(["stopped", "one"])
    #expect(stopped.tests[0].reason?.contains("has not come to its end") == true)
    #expect(try trained.runs.description(of: "one").testReadings == 1, "nothing was read")
    try trained.train("two")
    try trained.files.write("x,y,answer,price\n1,2,yes,3\n", to: "data.csv")
    let changed = try trained.runs.compare(["one", "two"])
    #expect(changed.tests[0].reason != nil && changed.runs.count == 2)
  }

  @Test func whatIsNotFiniteLeavesAGap() throws {
    let trained = try TrainedRuns()
    try trained.train("one")
    try trained.train("two")
    var record = try #require(try trained.folder("two").metrics().last)
    record.epoch = 4
    record.validation?["loss"] = .nan
    try trained.folder("two").append(record)
    record.epoch = 5
    record.validation?["loss"] = .infinity
    try trained.folder("two").append(record)
    let comparison = try trained.runs.compare(["one", "two"], readsTest: false)
    #expect(comparison.charts[0].series[1].points.count == 5)
    for path in try StrictXML(page: comparison.html).all("path") {
      let drawn = path.attributes["d"] ?? ""
      #expect(!drawn.contains("nan") && !drawn.contains("inf"))
    }
  }

  @Test func thePageIsWhole() throws {
    let trained = try TrainedRuns()
    try trained.train("<b>one</b> & \"two\"")
    try trained.train("other") { $0.network.hidden = [5, 3] }
    let comparison = try trained.runs.compare(["<b>one</b> & \"two\"", "other"])
    let page = try StrictXML(page: comparison.html)
    #expect(page.all("svg").count == comparison.charts.count)
    #expect(!comparison.html.contains("<b>one"))
    #expect(comparison.html.utf8.count < 1_000_000)
    #expect(comparison.text.contains("Differing settings"))
    _ = try JSONText.encode(comparison)
  }

  @Test func fewerThanTwoRunsAreRefused() throws {
    let trained = try TrainedRuns()
    try trained.train("one")
    for names in [[], ["one"], ["one", "one"], ["one", trained.path("one")], ["one", "none"]] {
      #expect(throws: Problem.self, "\(names)") { try trained.runs.compare(names) }
    }
  }

  @Test func labelsTellRunsApart() throws {
    let trained = try TrainedRuns()
    try trained.train("a/run")
    try trained.copy("a/run", to: "b/run")
    let folders = try ["a/run", "b/run"].map(trained.folder)
    #expect(RunCollection.labels(of: folders) == ["a/run", "b/run"])
    #expect(RunCollection.labels(of: [folders[0]]) == ["run"])
  }
}
