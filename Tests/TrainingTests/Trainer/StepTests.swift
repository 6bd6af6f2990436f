import Datasets
import Engine
import Networks
import Synchronization
import Testing

@testable import Training

/// What stands between the gradients of a step and its update.
@Suite struct StepTests {
  private func loop(
    _ plan: TrainingPlan, rows: Int = 90, network: Sequential = toyNetwork
  ) throws -> TrainingLoop {
    let model = try Model(network, inputShape: [8], loss: plan.loss, seed: plan.seed)
    return try TrainingLoop(model, plan: plan, train: clouds(rows))
  }

  @Test func lookingAtTheGradientsChangesNoBit() throws {
    var plan = toyPlan(epochs: 2)
    plan.optimizer.clipping = .globalNorm(0.5)
    let (plain, watched) = (try loop(plan), try loop(plan))
    var seen = 0
    watched.transform = { gradients in
      seen += 1
      #expect(gradients["dense/kernel"]?.shape == [8, 96])
      #expect(gradients.norms.values.allSatisfy { $0 > 0 })
    }
    try plain.run()
    try watched.run()
    #expect(seen == 2 * 6)
    #expect(
      plain.checkpoint().variables.map(\.tensor) == watched.checkpoint().variables.map(\.tensor)
    )
    #expect(plain.history.map(\.runningLoss) == watched.history.map(\.runningLoss))
  }

  @Test func changedGradientsAreTheOnesThatAreUsed() throws {
    var plan = toyPlan(epochs: 1)
    plan.optimizer = .sgd(learningRate: 0.1)
    plan.penalty = Penalty()
    let loop = try loop(plan)
    let before = try loop.model()
    loop.transform = { gradients in
      let kept = gradients.places.first { $0.name == "dense_2/bias" }!.range
      for place in gradients.values.indices where !kept.contains(place) {
        gradients.values[place] = 0
      }
    }
    try loop.run()
    let changed = zip(before.tensors, try loop.model().tensors).filter { $0.tensor != $1.tensor }
      .map(\.0.name)
    #expect(changed.filter { !$0.contains("moving") } == ["dense_2/bias"])
  }

  @Test func whatATransformThrowsEndsTheTraining() throws {
    let loop = try loop(toyPlan())
    loop.transform = { _ in throw Problem.data("machine 2", expected: "an answer", found: "none") }
    let problem = #expect(throws: Problem.self) { try loop.run() }
    #expect(problem?.location == "machine 2")
    #expect(loop.checkpoint().steps == 0)
  }

  /// Three batches of 16 are one of 48 up to rounding, also where the last step has fewer.
  @Test func severalSmallBatchesAreOneLargeBatch() throws {
    let network = Sequential {
      Dense(24, activation: .tanh)
      Dense(3)
    }
    var plan = toyPlan(epochs: 3, batch: 48)
    plan.optimizer = .sgd(learningRate: 0.1, momentum: 0.9)
    plan.optimizer.clipping = .globalNorm(0.3)
    let large = try loop(plan, network: network)
    plan.batch = 16
    plan.accumulate = 3
    let small = try loop(plan, network: network)
    #expect(plan.stepsPerEpoch(rows: 90) == 2)
    try large.run()
    try small.run()
    #expect(small.checkpoint().steps == large.checkpoint().steps)
    for (a, b) in zip(try large.model().tensors, try small.model().tensors) {
      #expect(zip(a.tensor.values, b.tensor.values).allSatisfy { abs($0 - $1) < 1e-5 }, "\(a.name)")
    }
    let pairs = zip(large.history, small.history)
    #expect(pairs.allSatisfy { abs($0.runningLoss - $1.runningLoss) < 1e-5 })
  }

  /// A training that sums gradients is resumed with the same bits, stopped after any of its steps.
  /// Also where the last step of an epoch has fewer batches.
  @Test(arguments: [(90, 6), (106, 8)])
  func summingGradientsIsResumed(_ rows: Int, _ allSteps: Int) throws {
    var plan = toyPlan(epochs: 2, batch: 8)
    plan.accumulate = 4
    let model = try Model(toyNetwork, inputShape: [8], loss: plan.loss, seed: 1)
    let data = try clouds(rows)
    let unbroken = try TrainingLoop(model, plan: plan, train: data)
    try unbroken.run()
    #expect(unbroken.checkpoint().steps == allSteps)
    for cut in 1..<allSteps {
      let first = try TrainingLoop(model, plan: plan, train: data)
      var steps = 0
      try first.run(listen: { event in
        if case .step = event { steps += 1 }
        return steps >= cut ? .stop : .continue
      })
      let second = try TrainingLoop(resuming: first.checkpoint(), model, train: data)
      try second.run()
      #expect(try second.model().weightsSHA256 == unbroken.model().weightsSHA256, "\(cut)")
    }
    #expect(throws: Problem.self) { try unbroken.nextStep() }
  }

  @Test func aDivergingSumNamesItsOp() throws {
    struct Exploding: Layer {
      let dense = Dense(4)
      let last = Dense(3)
      func callAsFunction(_ x: Node) throws -> Node {
        try last(x.graph.scope("bomb") { try Ops.Exponential()(dense(x) * 300) })
      }
    }
    var plan = toyPlan()
    plan.accumulate = 2
    let model = try Model(Exploding(), inputShape: [8], loss: .crossEntropy, seed: 1)
    let run = try TrainingLoop(model, plan: plan, train: clouds(64))
    let problem = #expect(throws: Problem.self) { try run.run() }
    #expect(problem!.found.contains("bomb"), "\(problem!)")
  }
}
