import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@Suite struct TrainedModelTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A table of 60 rows whose label says whether a + b is above 10.
  private func trained() throws -> (Experiment, TrainedModel) {
    let rows = (0..<60).map {
      "\($0 % 11),\($0 * 7 % 13),\($0 % 11 + $0 * 7 % 13 > 10 ? "yes" : "no")"
    }
    let path = folder.path("table.csv")
    try AtomicFile.write(Array("a,b,label\n\(rows.joined(separator: "\n"))\n".utf8), to: path)
    var configuration = RunConfiguration()
    configuration.data.source = path
    configuration.data.target = "label"
    configuration.training.epochs = 20
    let experiment = try Experiment(configuration)
    let run = try experiment.run()
    try run.run()
    return (experiment, try experiment.model(of: run))
  }

  @Test func aStoredModelGivesTheSameAnswers() throws {
    let (experiment, model) = try trained()
    let path = folder.path("model.safetensors")
    try model.save(to: path)
    let read = try TrainedModel(path: path)
    #expect(read.model.weightsSHA256 == model.model.weightsSHA256)
    #expect(read.preprocessing == model.preprocessing)
    #expect(read.labels == ["no", "yes"])
    #expect(read.record.epochsRun == 20)
    #expect(try read.goldenExamples == model.goldenExamples && !read.goldenExamples.isEmpty)
    #expect(read.dataSummary == model.dataSummary && read.dataSummary != nil)
    let inputs = experiment.data.train.inputs
    let answers = try read.predict(inputs)
    #expect(try answers == model.predict(inputs))
    #expect(try answers == TrainedModel(bytes: model.bytes()).predict(inputs))
    let evaluation = try read.evaluate(experiment.data.train)
    #expect(try #require(evaluation.classification?.accuracy.value) > 0.9)
  }

  @Test func aModelThatAnswersOtherwiseThanWhenItWasStoredIsRefused() throws {
    let (_, model) = try trained()
    let path = folder.path("model.safetensors")
    try model.save(to: path)
    // Another program changes one weight and writes a sound file.
    var file = try SafeTensors(path: path)
    var tensor = try file.tensor(file.entries[0].name)
    tensor.values[0] += 0.5
    file.entries[0] = SafeTensors.Entry(file.entries[0].name, tensor)
    try file.write(to: path)
    do {
      _ = try TrainedModel(path: path)
      Issue.record("the changed model was accepted")
    } catch let problem as Problem {
      #expect(problem.kind == .malformed)
      #expect(problem.expected.contains("golden example"))
    }
  }

  @Test func anythingElseIsNoModel() throws {
    let path = folder.path("other.safetensors")
    try SafeTensors([.init("x", Tensor(1))]).write(to: path)
    #expect(throws: Problem.self) { try TrainedModel(path: path) }
    let problem = #expect(throws: Problem.self) { try TrainedModel(bytes: [1, 2], name: "upload") }
    #expect(problem?.location == "upload" && problem?.kind == .malformed)
  }

  @Test func whatWasDecidedDecidesTheSameAgain() throws {
    let (experiment, model) = try trained()
    let text = try JSONText.encode(experiment.configuration)
    let again = try Experiment(
      JSONText.decode(RunConfiguration.self, from: text, at: "configuration"))
    #expect(try JSONText.encode(again.configuration) == text)
    let run = try again.run()
    try run.run()
    #expect(try again.model(of: run).model.weightsSHA256 == model.model.weightsSHA256)
  }

  @Test func balancedWeightsMakeClassesCountTheSame() throws {
    var (experiment, _) = try trained()
    var configuration = experiment.configuration
    configuration.training.classWeights = .balanced
    experiment = try Experiment(configuration)
    let weights = try #require(experiment.plan.classWeights)
    var sums = [0.0, 0.0]
    for place in 0..<experiment.data.train.count {
      let label = Int(experiment.data.train.targets[place][0])
      sums[label] += weights[label]
    }
    #expect(abs(sums[0] - sums[1]) < 1e-9)
    #expect(abs(sums[0] + sums[1] - Double(experiment.data.train.count)) < 1e-9)
  }

  @Test func aLossOfAnotherTaskIsRefused() throws {
    let (experiment, _) = try trained()
    var configuration = experiment.configuration
    configuration.network.architecture = nil
    configuration.training.loss = .meanAbsoluteError
    #expect(throws: Problem.self) { try Experiment(configuration) }
    configuration.training.loss = .crossEntropy
    #expect(try Experiment(configuration).start.outputCount == 2)
  }
}
