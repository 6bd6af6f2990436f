import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

/// Layers that keep statistics or read sequences, through whole trainings.
@Suite struct LayerTrainingTests {
  /// Rows that are sequences of 6 steps, the last ones padded, and whether their first values add up to
  /// more than 0.
  private func sequences(_ count: Int, seed: UInt64 = 3) throws -> Dataset {
    var generator = RandomGenerator(seed: seed)
    var inputs: [Float] = []
    var targets: [Float] = []
    for _ in 0..<count {
      let length = 3 + generator.below(4)
      var sum: Float = 0
      for step in 0..<6 {
        let values = (0..<4).map { _ in step < length ? Float(generator.normal()) : 0 }
        sum += values[0]
        inputs += values
      }
      targets.append(sum > 0 ? 1 : 0)
    }
    return try Dataset(
      inputs: Examples(shape: [6, 4], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
  }

  private let everySequenceLayer = Sequential {
    Masking()
    LSTM(96, returnsSequences: true, truncation: 4)
    BatchNorm(momentum: 0.9)
    Dropout(0.2)
    Bidirectional(GRU(24, returnsSequences: true))
    TransformerBlock(heads: 4, hidden: 64, dropout: 0.1)
    SimpleRNN(16)
    Dense(2)
  }

  /// 200 steps with batch statistics, random masks and every kind of sequence layer.
  @Test(arguments: Kernels.available)
  func weightsAreTheSameForAnyNumberOfThreads(kernels name: String) throws {
    let data = try sequences(2000)
    let plan = toyPlan(epochs: 4, batch: 40)
    try expectSameWeights(
      everySequenceLayer, inputShape: [6, 4], data, plan, steps: 200, seed: 5, kernels: name)
  }

  @Test func sequencesAreLearned() throws {
    let network = Sequential {
      Masking()
      LSTM(24)
      Dense(2)
    }
    var trainer = Trainer(
      network, loss: .crossEntropy, optimizer: .adam(learningRate: 0.01), metrics: [.accuracy])
    let history = try trainer.fit(
      sequences(1000), validation: sequences(400, seed: 4), epochs: 8, batch: 32)
    #expect(try #require(history.last?.validation?["accuracy"]) > 0.9)
  }

  /// Tokens as whole numbers: does a 3 come before the padding?
  @Test func tokensAreLearned() throws {
    var generator = RandomGenerator(seed: 6)
    var inputs: [Float] = []
    var targets: [Float] = []
    for _ in 0..<600 {
      let length = 2 + generator.below(4)
      let tokens = (0..<5).map { $0 < length ? 1 + generator.below(6) : 0 }
      inputs += tokens.map(Float.init)
      targets.append(tokens.contains(3) ? 1 : 0)
    }
    let data = try Dataset(
      inputs: Examples(shape: [5], floats: inputs),
      targets: Examples(shape: .scalar, floats: targets))
    let network = Sequential {
      Embedding(tokens: 7, units: 8, masksZero: true)
      GRU(16)
      Dense(2)
    }
    var trainer = Trainer(
      network, loss: .crossEntropy, optimizer: .adam(learningRate: 0.02), metrics: [.accuracy])
    let history = try trainer.fit(
      data.subset(Array(0..<500)), validation: data.subset(Array(500..<600)), epochs: 15,
      batch: 25)
    #expect(try #require(history.last?.validation?["accuracy"]) > 0.95)
  }

  private func normalised(isTrainable: Bool = true) -> Sequential {
    Sequential {
      Dense(12, activation: .relu)
      BatchNorm(momentum: 0.8, isTrainable: isTrainable, name: "norm")
      Dense(3)
    }
  }

  private func run(
    _ network: Sequential, epochs: Int = 2
  ) throws -> (before: Model, run: TrainingLoop) {
    let plan = toyPlan(epochs: epochs)
    let model = try Model(network, inputShape: [8], loss: plan.loss, seed: 2)
    return (model, try TrainingLoop(model, plan: plan, train: clouds(200), threads: 1))
  }

  @Test func runningStatisticsFollowTheBatchesAndAreStored() throws {
    let (before, run) = try run(normalised())
    try run.run()
    let after = try run.bestModel()
    for name in ["norm/moving_mean", "norm/moving_variance", "norm/gamma", "norm/beta"] {
      #expect(try tensor(before, name) != tensor(after, name), "\(name)")
    }
    let temporary = try TemporaryFolder()
    let path = temporary.path("statistics.safetensors")
    try run.checkpoint().write(to: path)
    let stored = try Checkpoint(path: path).variables
    #expect(stored.contains { $0.name == "norm/moving_variance" })
    #expect(!stored.contains { $0.name.contains("norm/moving") && $0.name.hasSuffix("/m") })
    // In use, an example's answer does not depend on the others.
    let predictor = try Predictor(after)
    let data = try clouds(70)
    let all = try predictor.predict(data)
    #expect(try predictor(data.inputs[69]) == Array(all[(69 * 3)...]))
  }

  @Test func aFrozenNormChangesNothingAndIsInUse() throws {
    let (before, run) = try run(normalised(isTrainable: false))
    try run.run()
    let after = try run.bestModel()
    for name in ["norm/moving_mean", "norm/moving_variance", "norm/gamma", "norm/beta"] {
      #expect(try tensor(before, name) == tensor(after, name), "\(name)")
    }
    #expect(try tensor(before, "dense/kernel") != tensor(after, "dense/kernel"))
  }

  /// A step whose loss is not finite changes no statistic either.
  @Test func aFailedStepLeavesTheStatisticsAlone() throws {
    let cycle = try LearningCycle(
      normalised(), inputShape: [8], batch: 4, loss: .crossEntropy, optimizer: .sgd())
    var generator = RandomGenerator(seed: 1)
    let store = try VariableStore(cycle.graph.variables, generator: &generator)
    let program = try Program(
      cycle.graph, results: [cycle.loss], store: store, kernels: .chosen(), guarding: cycle.loss)
    program.input(Optimizer.rateInput)?[0] = 0.1
    let input = program.input(LearningCycle.inputName)!
    for place in input.indices { input[place] = place == 9 ? .infinity : 0.5 }
    let before = store.save()
    #expect(!program.run())
    #expect(store.save() == before)
    input[9] = 0.2
    #expect(program.run())
    #expect(store["norm/moving_mean"]!.values != [Float](repeating: 0, count: 12))
  }

  private func tensor(_ model: Model, _ name: String) throws -> Tensor {
    try #require(model.tensors.first { $0.name == name }?.tensor)
  }
}
