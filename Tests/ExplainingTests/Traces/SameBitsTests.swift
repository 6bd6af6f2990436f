import Datasets
import Engine
import Networks
import Testing
import Training

@testable import Explaining

/// A trace shows what the trainer does: the same new weights and the same new state, bit for bit.
@Suite struct SameBitsTests {
  private static let clippings: [Clipping?] = [nil, .value(0.01), .norm(0.02), .globalNorm(0.03)]

  private static let cases: [(name: String, optimizer: Optimizer)] =
    Optimizer.all
    + clippings.dropFirst().map { clipping in
      var optimizer = Optimizer.adam()
      optimizer.clipping = clipping
      return ("adam, \(clipping!)", optimizer)
    }

  private func data(_ count: Int) throws -> Dataset {
    var generator = RandomGenerator(seed: 11)
    let inputs = (0..<count * 5).map { _ in Float(generator.uniform() * 2 - 1) }
    return try Dataset(
      inputs: Examples(shape: [5], floats: inputs),
      targets: Examples(shape: [], floats: (0..<count).map { _ in Float(generator.below(3)) }))
  }

  @Test(arguments: cases.map(\.name))
  func tracedWeightsAreTheTrainersWeights(name: String) throws {
    let optimizer = Self.cases.first { $0.name == name }!.optimizer
    for (batch, examples) in [(1, 1), (4, 4)] {
      let network = Sequential {
        Dense(7, activation: .tanh)
        Dropout(0.3)
        Dense(3)
      }
      let plan = TrainingPlan(
        loss: .crossEntropy, optimizer: optimizer, penalty: Penalty(l2: 0.01), epochs: 4,
        batch: batch, seed: 9)
      let model = try Model(network, inputShape: [5], loss: .crossEntropy, seed: 2)
      let data = try data(examples)
      let run = try TrainingLoop(model, plan: plan, train: data)
      var checkpoints = [run.checkpoint()]
      try run.run { event, training in
        if case .epoch = event { checkpoints.append(training.checkpoint()) }
        return .continue
      }
      #expect(checkpoints.count == 5)
      for (step, pair) in zip(checkpoints, checkpoints.dropFirst()).enumerated() {
        try check(pair.0, pair.1, step, model, plan, data)
      }
    }
  }

  /// One epoch is one step here, in the order the run draws.
  private func check(
    _ before: Checkpoint, _ after: Checkpoint, _ step: Int, _ model: Model, _ plan: TrainingPlan,
    _ data: Dataset
  ) throws {
    let names = Set(model.tensors.map(\.name))
    var tracer = Tracer(
      try model.with(before.variables.filter { names.contains($0.name) }), plan: plan)
    tracer.state = before.variables.filter { !names.contains($0.name) }
    tracer.step = UInt64(step)
    var generator = RandomGenerator(seed: plan.seed, for: .epochOrder(step))
    let order = generator.permutation(data.count)
    let (_, recorded) = try tracer.record(
      inputs: order.flatMap { data.inputs[$0] }, targets: order.flatMap { data.targets[$0] })
    for (name, tensor) in after.variables {
      let traced = recorded.after[name] ?? []
      #expect(
        traced.map(\.bitPattern) == tensor.values.map(\.bitPattern), "\(name) in step \(step)")
    }
  }
}
