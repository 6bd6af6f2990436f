import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// Labels at each step, from the table to the scores.
@Suite struct StepLabelsRunTests {
  /// 30 recordings of 3 to 7 steps, whose label is the sign of the number.
  private static func rows() -> [String] {
    var generator = RandomGenerator(seed: 4)
    return (0..<30).flatMap { recording in
      (0..<3 + recording % 5).map { step in
        let x = generator.normal()
        return "r\(recording),\(step),\(x),\(x > 0 ? "up" : "down")"
      }
    }
  }

  private func table() throws -> DataTable {
    try DataTable(
      csv: Array(("who,t,x,y\n" + Self.rows().joined(separator: "\n") + "\n").utf8), name: "t.csv")
  }

  private func configuration(
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.target = "y"
    var sequence = SequenceOptions(["x"])
    (sequence.group, sequence.order) = ("who", "t")
    configuration.data.sequence = sequence
    configuration.training.epochs = 15
    configuration.training.learningRate = 0.03
    configuration.training.threads = 1
    configuration.network.hidden = [4]
    change(&configuration)
    return configuration
  }

  private func trained(
    _ configuration: RunConfiguration
  ) throws -> (experiment: Experiment, model: TrainedModel) {
    let data = try PreparedData(table: table(), configuration)
    let experiment = try Experiment(configuration, data: data)
    let run = try experiment.run()
    try run.run()
    return (experiment, try experiment.model(of: run))
  }

  @Test func stepsAreLearnedScoredAndAnswered() throws {
    let (experiment, made) = try trained(configuration())
    let data = experiment.data
    // Recordings stay whole.
    let parts = [data.train, data.validation, data.test].map { Set($0?.groups ?? []) }
    #expect(parts.reduce(0) { $0 + $1.count } == 30)
    #expect(data.notes.contains { $0.contains("150 rows are the steps of 30 sequences") })
    #expect(data.notes.contains { $0.hasPrefix("split by `who`: 21 groups (21 sequences)") })
    #expect(try made.model.outputShape == [7, 2] && made.task == .multiclass)

    let test = try #require(data.test)
    let evaluation = try made.evaluate(test)
    let report = try #require(evaluation.classification)
    let answers = test.answers
    #expect(evaluation.rows == answers.count && answers.count < test.count * 7)
    #expect((report.accuracy.value ?? 0) > 0.9)
    // By hand: the outputs of each sequence, of which the padded steps are left out.
    let outputs = try made.outputs(test.inputs, threads: 1)
    let places = try #require(answers.places)
    var (right, loss) = (0.0, 0.0)
    for (place, truth) in zip(places, answers.targets.map { Int($0) }) {
      let shares = outputs[place * 2..<place * 2 + 2].map { Double($0) }
      right += (shares[1] > shares[0] ? 1 : 0) == truth ? 1 : 0
      loss -= Double.log(shares[truth])
    }
    let count = Double(answers.count)
    #expect(abs(right / count - (report.accuracy.value ?? 0)) < 1e-12)
    #expect(abs(loss / count - evaluation.loss) < 1e-5)
    // Steps of one sequence are alike, so the interval takes sequences.
    #expect(evaluation.sample?.groups == test.count)
    #expect(report.classes.map(\.support).reduce(0, +) == answers.count)

    let all = try made.predict(table(of: made))
    #expect(all.count == 30 && all[4].steps?.count == 7 && all[4].label == nil)
    #expect(made.dataSummary?.target.count == data.train.answers.count)
  }

  /// Without the labels.
  private func table(of model: TrainedModel) throws -> DataTable {
    let rows = Self.rows().map { $0.split(separator: ",").dropLast().joined(separator: ",") }
    return try DataTable(
      csv: Array(("who,t,x\n" + rows.joined(separator: "\n") + "\n").utf8), name: "t.csv",
      options: model.preprocessing.tableOptions(needsTarget: false))
  }

  /// What stands at padded steps changes no bit of what is learned.
  @Test(arguments: [ClassWeighting.equal, .balanced])
  func paddingTeachesNothing(_ weighting: ClassWeighting) throws {
    let experiment = try Experiment(
      configuration {
        $0.training.epochs = 2
        $0.training.classWeights = weighting
      }, data: PreparedData(table: table(), configuration { $0.training.epochs = 2 }))
    func weights(_ label: Float) throws -> String {
      let train = try experiment.data.train.withLabelsOfPadding(label)
      let run = try TrainingLoop(
        experiment.start, plan: experiment.plan, train: train,
        validation: experiment.data.validation?.withLabelsOfPadding(label), metrics: [.accuracy])
      try run.run()
      #expect(run.history.allSatisfy { $0.train["loss"]?.isFinite == true })
      return try run.bestModel().weightsSHA256
    }
    #expect(try weights(0) == weights(1))
  }

  @Test func networksThatDoNotAnswerAtEachStepAreRefused() throws {
    let single = configuration {
      $0.network.hidden = nil
      $0.network.architecture = .layers(LayerList([Masking(0), LSTM(4), Dense(2)]))
    }
    #expect {
      try Experiment(single, data: PreparedData(table: table(), single)).run()
    } throws: { "\($0)".contains("return_sequences: true") }
    let dense = configuration { $0.network.architecture = .kind(.dense) }
    #expect {
      try Experiment(dense, data: PreparedData(table: table(), dense))
    } throws: { "\($0)".contains("lstm or gru") }
    #expect {
      try configuration { $0.data.weight = "x" }.check()
    } throws: { "\($0)".contains("weight") }
  }

  /// A network that answers at each step, of data with one answer for each row.
  @Test func oneAnswerForEachRowAsksForOneStep() throws {
    let rows = (0..<40).map { "\($0 % 7),\($0 % 5),\($0 % 2 == 0 ? "a" : "b")" }
    let table = try DataTable(
      csv: Array(("x1,x2,y\n" + rows.joined(separator: "\n") + "\n").utf8), name: "t.csv")
    var configuration = RunConfiguration()
    configuration.data.target = "y"
    configuration.data.sequence = SequenceOptions(["x*"])
    configuration.data.task = .multiclass
    configuration.network.architecture = .layers(
      LayerList([LSTM(4, returnsSequences: true), Dense(2)]))
    #expect {
      try Experiment(configuration, data: PreparedData(table: table, configuration)).run()
    } throws: { "\($0)".contains("return_sequences: false") }
  }
}

extension Dataset {
  /// Other labels where no step is.
  fileprivate func withLabelsOfPadding(_ label: Float) throws -> Dataset {
    var changed = self
    let weights = weights ?? []
    changed.targets = try Examples(
      shape: targets.shape,
      floats: (0..<count).flatMap { targets[$0] }.enumerated().map {
        weights[$0] > 0 ? $1 : label
      })
    return changed
  }
}
