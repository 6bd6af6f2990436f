import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct GradientNormsTests {
  /// One linear unit and the mean squared error: ∂L/∂w = 2/n Σ (ŷ − y) x, computed in Double from the
  /// weights after the epoch.
  @Test func theNormIsThatOfTheGradientAfterTheEpoch() throws {
    let inputs: [Float] = [0.5, -1, 2, 0.25, 1.5, 3]
    let targets: [Float] = [1, 2, -1]
    let data = try Dataset(
      inputs: Examples(shape: [2], floats: inputs), targets: Examples(shape: [1], floats: targets))
    let model = try Model(Sequential { Dense(1) }, inputShape: [2], loss: .meanSquaredError)
    let plan = TrainingPlan(
      loss: .meanSquaredError, optimizer: .sgd(learningRate: 0.05), epochs: 1, batch: 3)
    let run = try TrainingLoop(model, plan: plan, train: data)
    try run.run()
    let weights = Dictionary(
      uniqueKeysWithValues: try run.bestModel().tensors.map { ($0.name, $0.tensor.values) })
    let (w, b) = (weights["dense/kernel"]!.map(Double.init), Double(weights["dense/bias"]![0]))
    var gradient = [0.0, 0, 0]
    for row in 0..<3 {
      let x = [Double(inputs[2 * row]), Double(inputs[2 * row + 1])]
      let error = 2 * (w[0] * x[0] + w[1] * x[1] + b - Double(targets[row])) / 3
      gradient[0] += error * x[0]
      gradient[1] += error * x[1]
      gradient[2] += error
    }
    let norms = try #require(run.history[0].gradientNorms)
    let kernel = (gradient[0] * gradient[0] + gradient[1] * gradient[1]).squareRoot()
    #expect((norms["dense/kernel"]! / kernel - 1).magnitude < 1e-5)
    #expect((norms["dense/bias"]! / gradient[2].magnitude - 1).magnitude < 1e-5)
    #expect(norms.count == 2)
  }

  /// The variables are all that a training keeps between steps besides its counters, so if measuring
  /// leaves each bit of them, it changes no bit of the training.
  @Test func measuringChangesNoVariable() throws {
    let data = try clouds(64)
    var plan = toyPlan(batch: 16)
    plan.optimizer.clipping = .globalNorm(0.5)
    let model = try Model(toyNetwork, inputShape: [8], loss: plan.loss, seed: 2)
    let cycle = try CompiledCycle(
      model, optimizer: plan.optimizer, penalty: plan.penalty, threads: 2)
    let before = cycle.store.save()
    let program = try cycle.program(.gradients, batch: 16)
    try program.feed(data, rows: 0..<16)
    func norms(step: UInt64) throws -> [String: Double] {
      program.run(seed: plan.seed, step: step)
      return try cycle.gradients(of: program).norms
    }
    let first = try norms(step: 3)
    #expect(first.count == cycle.parameterNames.count)
    #expect(!first.values.contains { !($0 > 0) })
    #expect(try norms(step: 3) == first)
    // Another step drops other units.
    #expect(try norms(step: 4) != first)
    #expect(cycle.store.save().map(\.bitPattern) == before.map(\.bitPattern))
  }

  @Test func epochsAreReadBackAsTheyWereWritten() throws {
    let temporary = try TemporaryFolder()
    let path = temporary.path("metrics")
    let folder = try RunFolder(creating: path, force: false)
    #expect(try folder.metrics() == [])
    let first = EpochRecord(
      epoch: 1, runningLoss: 0.1, train: ["loss": 0.3, "accuracy": 1 / 3], validation: ["loss": 2],
      learningRate: 1e-3, seconds: 0.25, isBest: true, gradientNorms: ["dense/kernel": .infinity],
      trainRows: 7)
    let second = EpochRecord(
      epoch: 2, runningLoss: 0.05, train: ["loss": 0.2], learningRate: 1e-3, seconds: 0.5,
      isBest: false)
    try folder.append(first)
    try folder.append(second)
    #expect(try folder.metrics() == [first, second])
    // Cut off while it was being written.
    let bytes = try AtomicFile.read(folder[.metrics], limit: 1 << 20)
    try AtomicFile.write(Array(bytes.dropLast(9)), to: folder[.metrics])
    #expect(try folder.metrics() == [first])
  }
}
