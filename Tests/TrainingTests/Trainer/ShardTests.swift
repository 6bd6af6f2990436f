import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// The micro-batches of a step, shared by any number of processes: one result.
@Suite struct ShardTests {
  /// What sums differ in: random masks, statistics of the batch, weights, clipping.
  private static let network = Sequential {
    Dense(24)
    BatchNorm(momentum: 0.5)
    Activation(.relu)
    Dropout(0.3)
    Dense(3)
  }

  private static func plan(accumulate: Int, shards: Int) -> TrainingPlan {
    var plan = toyPlan(epochs: 3, batch: 24)
    plan.accumulate = accumulate
    plan.shards = shards
    plan.optimizer = .adam()
    plan.optimizer.clipping = .globalNorm(0.4)
    plan.classWeights = [1, 2, 0.5]
    return plan
  }

  private static func train(
    _ plan: TrainingPlan, rows: Int, group: LocalGroup?, stopAfter: Int = .max,
    resuming checkpoint: Checkpoint? = nil
  ) throws -> (hash: String, losses: [Double], checkpoint: Checkpoint) {
    let model = try Model(network, inputShape: [8], loss: plan.loss, seed: 5)
    let loop = try TrainingLoop(
      model, plan: checkpoint?.plan ?? plan, train: clouds(rows), validation: clouds(33, seed: 4),
      metrics: [], threads: 1, kernels: nil, resuming: checkpoint, group: group)
    var losses: [Double] = []
    try loop.run(listen: { event in
      if case .step(let step) = event { losses.append(step.stepLoss) }
      // One process alone knows that it shall end.
      return losses.count >= stopAfter && (group?.rank ?? 0) == 0 ? .stop : .continue
    })
    return (try loop.model().weightsSHA256, losses, loop.checkpoint())
  }

  @Test(arguments: [(1, 8), (2, 4), (3, 1), (1, 5), (2, 3)])
  func anyNumberOfProcessesGivesTheSameBits(_ accumulate: Int, _ shards: Int) throws {
    let plan = Self.plan(accumulate: accumulate, shards: shards)
    // The last batch of an epoch is smaller: 24 + 24 + 24 + 18 rows.
    let alone = try Self.train(plan, rows: 90, group: nil)
    #expect(alone.losses.count == 3 * plan.stepsPerEpoch(rows: 90))
    for count in 1...min(8, accumulate * shards) {
      let results = try LocalGroup.run(count) { group in
        let result = try Self.train(plan, rows: 90, group: group)
        return (result.hash, result.losses)
      }
      for (rank, result) in results.enumerated() {
        #expect(result.0 == alone.hash, "process \(rank) of \(count)")
        #expect(result.1 == alone.losses, "process \(rank) of \(count)")
      }
    }
  }

  /// The last layers' gradients go first; the parts are everything, once.
  @Test(arguments: [1, 25, 60, 200, 1000]) func partsAreTheWhole(_ least: Int) throws {
    let model = try Model(Self.network, inputShape: [8], loss: .crossEntropy)
    let places = try CompiledCycle(model, optimizer: .adam()).gradients().places
    let parts = StepSum.parts(places, head: 50, least: least)
    #expect(parts.flatMap { Array($0.parameters) }.sorted() == Array(places.indices))
    #expect(
      parts.flatMap { Array($0.range) }.sorted()
        == Array(0..<50 + (places.last?.range.upperBound ?? 0)))
    #expect(parts.map(\.range.lowerBound) == parts.map(\.range.lowerBound).sorted(by: >))
    #expect(parts.dropLast().allSatisfy { $0.range.count >= least })
    #expect(parts.count > 1 || least >= 200)
  }

  /// Up to rounding a batch in parts is the batch, where no layer looks at the batch as a whole.
  @Test func shardsAreTheBatch() throws {
    var plan = toyPlan(epochs: 3, batch: 30)
    plan.optimizer = .sgd(learningRate: 0.1, momentum: 0.9)
    let network = Sequential {
      Dense(24, activation: .tanh)
      Dense(3)
    }
    let model = try Model(network, inputShape: [8], loss: plan.loss, seed: 1)
    let whole = try TrainingLoop(model, plan: plan, train: clouds(100))
    plan.shards = 7
    let parts = try TrainingLoop(model, plan: plan, train: clouds(100))
    try whole.run()
    try parts.run()
    #expect(whole.checkpoint().steps == parts.checkpoint().steps)
    for (a, b) in zip(try whole.model().tensors, try parts.model().tensors) {
      #expect(zip(a.tensor.values, b.tensor.values).allSatisfy { abs($0 - $1) < 1e-5 }, "\(a.name)")
    }
  }

  /// More shards than the last batch has rows: some have none.
  @Test func emptyShardsCountNothing() throws {
    var plan = toyPlan(epochs: 2, batch: 16)
    plan.shards = 16
    let network = Sequential {
      Dense(9, activation: .tanh)
      Dropout(0.4)
      Dense(3)
    }
    let model = try Model(network, inputShape: [8], loss: plan.loss, seed: 1)
    let hashes = try (1...5).map { count in
      try LocalGroup.run(count) { [plan] group in
        let loop = try TrainingLoop(
          model, plan: plan, train: clouds(35), validation: nil, metrics: [], threads: 1,
          kernels: nil, resuming: nil, group: group)
        try loop.run()
        return try loop.model().weightsSHA256
      }
    }
    #expect(Set(hashes.flatMap { $0 }).count == 1)
  }

  /// Stopped by one process, all end after the same step; fewer or more go on with the same bits.
  @Test func anotherNumberOfProcessesGoesOn() throws {
    let plan = Self.plan(accumulate: 1, shards: 8)
    let alone = try Self.train(plan, rows: 90, group: nil)
    for (before, after) in [(4, 2), (3, 8), (1, 5), (2, 1)] {
      let checkpoints = try LocalGroup.run(before) { group in
        try Self.train(plan, rows: 90, group: group, stopAfter: 5).checkpoint
      }
      #expect(Set(checkpoints.map(\.steps)).count == 1)
      #expect((5...6).contains(checkpoints[0].steps))
      let hashes = try LocalGroup.run(after) { group in
        try Self.train(plan, rows: 90, group: group, resuming: checkpoints[0]).hash
      }
      #expect(hashes.allSatisfy { $0 == alone.hash }, "\(before) then \(after)")
    }
  }

  /// Thirds do not add up to 1 in floating point: statistics that are only looked at stay as they are.
  @Test func lookingChangesNoBit() throws {
    let plan = Self.plan(accumulate: 1, shards: 3)
    let model = try Model(Self.network, inputShape: [8], loss: plan.loss, seed: 5)
    let (plain, watched) = (
      try TrainingLoop(model, plan: plan, train: clouds(90)),
      try TrainingLoop(model, plan: plan, train: clouds(90))
    )
    try plain.run()
    try watched.run { event, loop in
      if case .step = event, loop.stepsOfEpoch < plan.stepsPerEpoch(rows: 90) {
        let before = loop.cycle.store.save()
        _ = try loop.nextGradients()
        #expect(loop.cycle.store.save() == before)
      }
      return .continue
    }
    #expect(try watched.model().weightsSHA256 == plain.model().weightsSHA256)
  }

  /// Of a process whose loss is not finite the others hear it in the same step.
  @Test func allProcessesEndWhereOneDiverges() throws {
    struct Exploding: Layer {
      let dense = Dense(4)
      let norm = BatchNorm()
      let last = Dense(3)
      func callAsFunction(_ x: Node) throws -> Node {
        try last(x.graph.scope("bomb") { try Ops.Exponential()(norm(dense(x)) * 300) })
      }
    }
    let plan = Self.plan(accumulate: 1, shards: 8)
    let found = try LocalGroup.run(3) { group in
      let model = try Model(Exploding(), inputShape: [8], loss: plan.loss, seed: 1)
      let loop = try TrainingLoop(
        model, plan: plan, train: clouds(90), validation: nil, metrics: [], threads: 1,
        kernels: nil, resuming: nil, group: group)
      do {
        try loop.run()
        return "no problem"
      } catch let problem as Problem {
        return problem.found
      }
    }
    #expect(found.allSatisfy { $0.contains("one that is not") }, "\(found)")
    #expect(found.contains { $0.contains("bomb") }, "\(found)")
  }

  @Test func moreProcessesThanPartsAreRefused() throws {
    let plan = Self.plan(accumulate: 1, shards: 2)
    let problem = #expect(throws: Problem.self) {
      try LocalGroup.run(3) { try Self.train(plan, rows: 90, group: $0).hash }
    }
    #expect(problem?.location == "shards")
  }
}
