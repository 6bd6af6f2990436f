import Engine
import Testing

@testable import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct ClassificationReportTests {
  typealias Reference = MetricReferences.Classification

  @Test(arguments: try MetricReferences.shared.get().classification)
  func agreesWithScikitLearn(_ reference: Reference) throws {
    let report = try ClassificationReport(
      labels: reference.labels, scores: reference.scores, targets: reference.targets)
    #expect(isClose(report.accuracy.value, reference.accuracy))
    #expect(areClose(report.classes.map(\.precision.value), reference.precision))
    #expect(areClose(report.classes.map(\.recall.value), reference.recall))
    #expect(areClose(report.classes.map(\.f1.value), reference.f1))
    #expect(report.classes.map(\.support) == reference.support)
    for (ours, theirs) in [
      (report.macro, reference.macro), (report.weighted, reference.weighted),
      (report.micro, reference.micro),
    ] {
      #expect(areClose([ours.precision.value, ours.recall.value, ours.f1.value], theirs))
    }
    #expect(report.confusion.flatMap { $0 } == reference.confusion)
    #expect(isClose(report.auc.value, reference.auc))
    if let byClass = reference.aucByClass {
      #expect(areClose(report.classes.map(\.auc.value), byClass))
    }
    #expect(isClose(report.logLoss.value, reference.logLoss))
    for (k, accuracy) in reference.topKAccuracy ?? [:] {
      let top = try ClassificationReport(
        labels: reference.labels, scores: reference.scores, targets: reference.targets,
        topK: #require(Int(k)))
      #expect(isClose(top.topKAccuracy.value, accuracy))
    }
  }

  @Test(arguments: try MetricReferences.shared.get().classification)
  func intervalsHoldTheirValue(_ reference: Reference) throws {
    let report = try ClassificationReport(
      labels: reference.labels, scores: reference.scores, targets: reference.targets)
    let means = [report.macro, report.weighted, report.micro]
    let scores =
      [report.accuracy, report.topKAccuracy, report.auc, report.logLoss]
      + report.classes.flatMap { [$0.precision, $0.recall, $0.f1, $0.auc] }
      + means.flatMap { [$0.precision, $0.recall, $0.f1] }
    for score in scores {
      // Either all three, or a reason.
      #expect((score.low == nil) == (score.reason != nil))
      #expect((score.low == nil) == (score.high == nil))
      if let value = score.value, let low = score.low, let high = score.high {
        #expect(low <= value && value <= high && low >= 0)
      }
    }
    for score in scores where score != report.logLoss { #expect((score.high ?? 1) <= 1) }
  }

  /// The confusion matrix of every outcome of three examples in three classes, counted another way.
  @Test func everySmallOutcome() throws {
    let outcomes = 27
    for code in 0..<outcomes * outcomes {
      let digits = (0..<6).map { place in
        (0..<place).reduce(code) { rest, _ in rest / 3 } % 3
      }
      let targets = Array(digits[0..<3])
      let predicted = Array(digits[3..<6])
      let scores = predicted.flatMap { p in (0..<3).map { Float($0 == p ? 1 : 0) } }
      let report = try ClassificationReport(
        labels: ["a", "b", "c"], scores: scores, targets: targets)
      let pairs = zip(targets, predicted)
      for t in 0..<3 {
        for p in 0..<3 {
          #expect(report.confusion[t][p] == pairs.count { $0.0 == t && $0.1 == p })
        }
        let right = Double(pairs.count { $0.0 == t && $0.1 == t })
        let named = Double(predicted.count { $0 == t })
        let own = Double(targets.count { $0 == t })
        let precision = named == 0 ? 0 : right / named
        let recall = own == 0 ? 0 : right / own
        let f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall)
        #expect(isClose(report.classes[t].precision.value, precision))
        #expect(isClose(report.classes[t].recall.value, recall))
        #expect(isClose(report.classes[t].f1.value, f1))
      }
      #expect(isClose(report.accuracy.value, Double(pairs.count { $0 == $1 }) / 3))
      #expect(report.micro.f1 == report.accuracy)
    }
  }

  @Test func equalScoresGoToTheFirstClass() throws {
    let scores: [Float] = [1, 1, 1, 1, 1, 1, 1, 1, 1]
    let first = try ClassificationReport(
      labels: ["a", "b", "c"], scores: scores, targets: [0, 1, 2], topK: 2)
    #expect(first.confusion == [[1, 0, 0], [1, 0, 0], [1, 0, 0]])
    #expect(isClose(first.topKAccuracy.value, 2.0 / 3))
    #expect(first.auc.value == 0.5)
    #expect(first.logLoss.value == nil)
    #expect(first.logLoss.reason == "the scores are not probabilities")
  }

  @Test func oneColumnIsTheProbabilityOfClassOne() throws {
    let one: [Float] = [0.25, 0.5, 0.75, 0.875]
    let two = one.flatMap { [1 - $0, $0] }
    let targets = [0, 1, 0, 1]
    #expect(
      try ClassificationReport(labels: ["no", "yes"], scores: one, targets: targets)
        == ClassificationReport(labels: ["no", "yes"], scores: two, targets: targets))
    #expect(throws: Problem.self) {
      try ClassificationReport(labels: ["no", "yes"], scores: [2.5], targets: [1])
    }
  }

  @Test func whatCannotBeScoredIsThrown() {
    func report(
      _ scores: [Float], _ targets: [Int], labels: [String] = ["a", "b", "c"], k: Int = 5
    )
      throws
    {
      _ = try ClassificationReport(labels: labels, scores: scores, targets: targets, topK: k)
    }
    #expect(throws: Problem.self) { try report([], []) }
    #expect(throws: Problem.self) { try report([1, 2], [0]) }
    #expect(throws: Problem.self) { try report([1, 2, 3], [3]) }
    #expect(throws: Problem.self) { try report([1, 2, 3], [-1]) }
    #expect(throws: Problem.self) { try report([1, .nan, 3], [0]) }
    #expect(throws: Problem.self) { try report([1, .infinity, 3], [0]) }
    #expect(throws: Problem.self) { try report([1, 2, 3], [0], k: 0) }
    #expect(throws: Problem.self) { try report([1], [0], labels: ["a"]) }
    #expect(throws: Problem.self) { try report([], [0], labels: []) }
  }

  @Test(arguments: try MetricReferences.shared.get().classification)
  func jsonReadsBackAndTheTextFits(_ reference: Reference) throws {
    let report = try ClassificationReport(
      labels: reference.labels, scores: reference.scores, targets: reference.targets)
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ClassificationReport.self, from: json) == report)
    var former = String(decoding: json, as: UTF8.self)
    for (name, old) in [
      ("\"log_loss\"", "\"logLoss\""), ("\"top_k\"", "\"topK\""),
      ("\"top_k_accuracy\"", "\"topKAccuracy\""),
    ] {
      #expect(former.contains(name))
      former = former.replacing(name, with: old)
    }
    #expect(
      try JSONDecoder().decode(ClassificationReport.self, from: Data(former.utf8)) == report,
      "files of earlier versions are read")
    let lines = report.text().split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    for scores in report.classes { #expect(lines.contains { $0.hasPrefix(scores.label) }) }
  }

  @Test func textSaysWhatIsUndefined() throws {
    let report = try ClassificationReport(
      labels: ["cat", "dog"], scores: [0.75, 0.25, 0.375, 0.625], targets: [0, 0])
    #expect(report.auc.reason == "no example is of this class")
    let text = report.text()
    #expect(text.contains("accuracy        0.500  of 2\n"))
    #expect(text.contains("AUC             - (no example is of this class)\n"))
    #expect(text.contains("cat           1.000               0.500               "))
  }

  @Test func manyClassesListTheirMistakes() throws {
    let count = 40
    let targets = Array(0..<count)
    var scores = [Float](repeating: 0, count: count * count)
    for row in 0..<count { scores[row * count + (row < 3 ? 39 : row)] = 1 }
    let labels = (0..<count).map { "number \($0) of a long list of labels" }
    let text = try ClassificationReport(labels: labels, scores: scores, targets: targets).text()
    #expect(text.contains("most frequent mistakes"))
    #expect(text.contains("number 2 of a long list of lab… number 39 of a long list o… 1"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
