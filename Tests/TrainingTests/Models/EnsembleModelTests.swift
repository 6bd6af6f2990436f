import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

/// Trained models joined into one.
@Suite struct EnsembleModelTests {
  private let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  private func experiment(
    _ kind: String, ignoring: [String] = [], epochs: Int = 3
  ) throws -> Experiment {
    let text =
      "a,b,label\n"
      + (0..<120).map { row in
        let (a, b) = (row % 11, row * 7 % 13)
        let label =
          switch kind {
          case "numbers", "quantiles": "\(3 * a - 2 * b).5"
          case "three": ["x", "y", "z"][(a + b) % 3]
          case "ordered": "\((a + b) / 8 + 1)"
          case "labels": (a > 5 ? "p;" : "") + (b > 5 ? "q" : "r")
          default: a + b > 10 ? "yes" : "no"
          }
        return "\(a),\(b),\(label)\n"
      }.joined()
    let path = temporary.path("\(kind).csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    var configuration = RunConfiguration()
    configuration.data.source = path
    configuration.data.target = "label"
    configuration.data.ignore = ignoring
    if kind == "labels" { configuration.data.labelSeparator = ";" }
    if kind == "ordered" { configuration.data.task = .ordered }
    if kind == "quantiles" { configuration.training.quantiles = [0.1, 0.5, 0.9] }
    if kind != "table" { configuration.network.hidden = [6] }
    configuration.training.epochs = epochs
    configuration.training.threads = 1
    return try Experiment(configuration)
  }

  /// All kinds of answers: one file, whose answers are the means of the members' and say how far these are
  /// apart.
  @Test(arguments: ["two", "three", "ordered", "numbers", "quantiles", "labels", "table"])
  func oneFileAnswersWithTheMean(kind: String) throws {
    let experiment = try experiment(kind)
    let path = temporary.path("ensemble")
    let (report, joined) = try #require(
      try EnsembleSession(experiment, members: 3, in: path).train())
    #expect(report.members.map(\.seed) == [1, 2, 3].map { $0 + experiment.plan.seed - 1 })
    #expect(report.testScorings == 1 && report.members.allSatisfy { $0.test != nil })
    let members = try (1...3).map { try StoredRun("\(path)/member_\($0)").model() }
    #expect(Set(members.map(\.model.weightsSHA256)).count == 3)
    for member in 1...3 {
      let own = try StoredRun("\(path)/member_\(member)").folder.report()
      #expect(own.test == nil && own.testScorings == 0)
    }
    let model = try TrainedModel(path: "\(path)/model.safetensors")
    #expect(model.model.weightsSHA256 == joined.model.weightsSHA256)
    let test = try #require(experiment.data.test)
    let answers = try model.predict(test.inputs)
    let each = try members.map { try $0.predict(test.inputs) }
    for (row, answer) in answers.enumerated() {
      func deviation(_ numbers: [Double]) -> Double {
        let mean = numbers.reduce(0, +) / 3
        return (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3).squareRoot()
      }
      if let value = answer.value {
        let values = each.map { $0[row].value! }
        if kind == "numbers" {
          #expect((value - values.reduce(0, +) / 3).magnitude < 1e-3)
        }
        #expect((try #require(answer.disagreement) - deviation(values)).magnitude < 1e-3)
      }
      if let probabilities = answer.probabilities {
        for (place, value) in probabilities.values.enumerated() {
          let values = each.map { Double($0[row].probabilities!.values[place]) }
          #expect((Double(value) - values.reduce(0, +) / 3).magnitude < 1e-5)
          if answer.label == probabilities.labels[place] {
            #expect((try #require(answer.disagreement) - deviation(values)).magnitude < 1e-5)
          }
          if answer.labels != nil {
            let found = try #require(answer.disagreements?[probabilities.labels[place]])
            #expect((found - deviation(values)).magnitude < 1e-5)
          }
        }
      }
      #expect(answer.disagreement != nil || answer.disagreements != nil)
    }
    #expect(each[0].allSatisfy { $0.disagreement == nil && $0.disagreements == nil })
    // The loss of a mean of probabilities or numbers is no larger than the mean of the losses.
    let mean = try #require(report.meanOfMembers(\.test))
    #expect(try #require(report.test).loss <= mean.loss + 1e-6)
    #expect(model.calibration == joined.calibration)
    #expect(report.text.contains("mean of members"))
    let written = try FilePredictions.text(of: answers, targets: ["label"])
    #expect(written.contains("disagreement"))
  }

  @Test func whatDoesNotFitIsRefusedWithItsReason() throws {
    func model(_ experiment: Experiment) throws -> TrainedModel {
      let loop = try experiment.run()
      try loop.run()
      return try experiment.model(of: loop)
    }
    let two = try model(experiment("two", epochs: 1))
    for (other, word) in [
      (try experiment("numbers", epochs: 1), "task"),
      (try experiment("two", ignoring: ["b"], epochs: 1), "preprocessing"),
    ] {
      let problem = #expect(throws: Problem.self) {
        try TrainedModel(joining: [two, model(other)])
      }
      #expect(problem?.location == "ensemble, model 2")
      #expect(problem?.expected.contains(word) == true)
    }
    #expect(throws: Problem.self) { try TrainedModel(joining: [two]) }
  }

  @Test func anEnsembleThatIsStoppedJoinsNothing() throws {
    let path = temporary.path("stopped")
    let session = try EnsembleSession(experiment("two"), members: 2, in: path)
    let result = try session.train { member, _, event in
      if member == 2, case .epoch = event { .stop } else { .continue }
    }
    #expect(result == nil && !temporary.exists("stopped/model.safetensors"))
    #expect(try StoredRun("\(path)/member_1").state == .finished)
    #expect(throws: Problem.self) { try EnsembleSession(experiment("two"), members: 1) }
  }

  /// Members learn as runs of their seeds do.
  @Test func aMemberIsTheRunOfItsSeed() throws {
    let experiment = try experiment("two")
    let other = try experiment.with(seed: 9)
    #expect(other.data.split == experiment.data.split)
    #expect(other.start.weightsSHA256 != experiment.start.weightsSHA256)
    #expect(
      try experiment.with(seed: experiment.plan.seed).start.weightsSHA256
        == experiment.start.weightsSHA256)
  }
}

extension FilePredictions {
  fileprivate static func text(of predictions: [Prediction], targets: [String]) throws -> String {
    var text = ""
    _ = try FilePredictions(
      predictions: predictions, targets: targets, pattern: predictions[0]
    ).write { text += $0 }
    return text
  }
}
