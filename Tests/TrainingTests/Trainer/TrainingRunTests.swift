import Datasets
import Engine
import Networks
import TestSupport
import Testing

@testable import Training

@Suite struct TrainingRunTests {
  @Test func learnsAndReturnsTheBestEpoch() throws {
    var trainer = Trainer(toyNetwork, loss: .crossEntropy, metrics: [.accuracy], seed: 2)
    let validation = try clouds(200, seed: 9)
    let history = try trainer.fit(
      clouds(600), validation: validation, epochs: 40, stopping: .early(patience: 4))
    let losses = history.map { $0.validation!["loss"]! }
    #expect(losses.min()! < losses[0] * 0.9)
    #expect(history.last { $0.isBest }!.validation!["loss"] == losses.min())
    #expect(history.count < 40, "overfits and stops")
    // What is kept is the best epoch, not the last.
    let predictions = try trainer.predict(validation)
    let right = (0..<validation.count).filter { row in
      let scores = predictions[row * 3..<row * 3 + 3]
      return scores.firstIndex(of: scores.max()!)! - row * 3 == Int(validation[row].target[0])
    }
    let best = history.last { $0.isBest }!.validation!["accuracy"]!
    #expect(Double(right.count) / 200 == best)
  }

  @Test func theDecisionToStopIsAFunctionOfTheLosses() {
    var best = BestEpoch()
    let losses = [1.0, 0.8, 0.9, .nan, 0.79, 0.8, 0.795, 0.7]
    let isBest = losses.enumerated().map {
      best.observe(epoch: $0 + 1, loss: $1, improvement: 0)
    }
    #expect(isBest == [true, true, false, false, true, false, false, true])
    #expect(best.epoch == 8 && best.waited == 0)
    _ = best.observe(epoch: 9, loss: 0.7, improvement: 0)
    #expect(!best.isOver(.early(patience: 2)))
    _ = best.observe(epoch: 10, loss: 0.7, improvement: 0)
    #expect(best.isOver(.early(patience: 2)) && !best.isOver(.never))
  }

  @Test func aLossThatIsNoNumberStopsAndNamesTheFirstOp() throws {
    // e^(x · 60) overflows 32-bit numbers in the first layer at once.
    struct Exploding: Layer {
      let dense = Dense(4, name: "explosive")
      let last = Dense(3)
      func callAsFunction(_ x: Node) throws -> Node {
        try last(x.graph.scope("bomb") { try Ops.Exponential()(dense(x) * 300) })
      }
    }
    let model = try Model(Exploding(), inputShape: [8], loss: .crossEntropy, seed: 1)
    let run = try TrainingLoop(model, plan: toyPlan(), train: clouds(64))
    let problem = #expect(throws: Problem.self) { try run.run() }
    #expect(run.checkpoint().steps == 0)
    #expect(problem!.found.contains("bomb"), "\(problem!)")
    #expect(problem!.found.contains("exponential"), "\(problem!)")
    #expect(problem!.location == "epoch 1, step 1")
  }

  @Test func anUpdateThatOverflowsIsFoundByRunningTheEpochAgain() throws {
    // A learning rate of 1e38: the first steps are finite, their updates soon are not.
    var plan = toyPlan()
    plan.optimizer = .sgd(learningRate: 1e38)
    plan.schedule = .constant
    plan.penalty = Penalty()
    let model = try Model(toyNetwork, inputShape: [8], loss: plan.loss, seed: 1)
    let run = try TrainingLoop(model, plan: plan, train: clouds(300))
    let problem = #expect(throws: Problem.self) { try run.run() }
    #expect(problem!.found.contains("dense") || problem!.found.contains("optimizer"), "\(problem!)")
    #expect(!problem!.found.contains("could not be found"), "\(problem!)")
  }

  @Test func aTrainingThatDivergedStandsWhereItsEpochBegan() throws {
    let model = try Model(toyNetwork, inputShape: [8], loss: .crossEntropy, seed: 1)
    let run = try TrainingLoop(model, plan: toyPlan(), train: clouds(100))
    run.transform = { [unowned run] gradients in
      if run.checkpoint().steps > 9 { gradients.values[0] = .nan }
    }
    var good: Checkpoint?
    #expect(throws: Problem.self) {
      try run.run { event, training in
        if case .epoch = event { good = training.checkpoint() }
        return .continue
      }
    }
    let (before, after) = (try #require(good), run.checkpoint())
    #expect(before.epochsDone == 1 && after.steps == before.steps)
    #expect(after.variables.map(\.tensor) == before.variables.map(\.tensor))
  }

  @Test func checkpointsKeepEveryBit() throws {
    let plan = toyPlan()
    let model = try Model(toyNetwork, inputShape: [8], loss: plan.loss, seed: 1)
    let run = try TrainingLoop(model, plan: plan, train: clouds(100))
    try run.run(listen: { event in
      if case .epoch = event { return .stop }
      return .continue
    })
    let temporary = try TemporaryFolder()
    let path = temporary.path("checkpoint.safetensors")
    let before = run.checkpoint()
    try before.write(to: path)
    let after = try Checkpoint(path: path)
    #expect(before.variables.map(\.name) == after.variables.map(\.name))
    #expect(before.variables.map(\.tensor) == after.variables.map(\.tensor))
    #expect(before.best!.map(\.tensor) == after.best!.map(\.tensor))
    #expect(before.epochsDone == 1 && after.epochsDone == 1)
  }

  @Test func allWrongSettingsAreReportedTogether() {
    var plan = toyPlan()
    plan.epochs = 0
    plan.batch = -3
    plan.optimizer.learningRate = .nan
    let problems = #expect(throws: Problem.self) { try plan.check() }
    #expect(problems!.all.map(\.location) == ["epochs", "batch", "learning rate"])
  }

  @Test func dataThatDoesNotFitIsRefusedBeforeTraining() throws {
    let model = try Model(toyNetwork, inputShape: [7], loss: .crossEntropy)
    #expect(throws: Problem.self) {
      try TrainingLoop(model, plan: toyPlan(), train: clouds(20))
    }
    #expect(throws: Problem.self) {
      try TrainingLoop(
        Model(toyNetwork, inputShape: [8], loss: .crossEntropy), plan: toyPlan(),
        train: clouds(20).subset([]))
    }
  }

  @Test func classWeightsMoveTheDecision() throws {
    func shareOfClass0(_ weights: [Double]?) throws -> Double {
      var trainer = Trainer(
        Sequential { Dense(3) }, loss: .crossEntropy, optimizer: .adam(learningRate: 0.02))
      trainer.plan.classWeights = weights
      let data = try clouds(400)
      try trainer.fit(data, epochs: 5)
      let scores = try trainer.predict(data)
      let chosen = (0..<400).filter { scores[$0 * 3] == scores[$0 * 3..<$0 * 3 + 3].max() }
      return Double(chosen.count) / 400
    }
    #expect(try shareOfClass0([9, 1, 1]) > shareOfClass0(nil) + 0.05)
  }

  @Test func eventsArriveAsTheyHappenAndEndTheTraining() async throws {
    let trainer = Trainer(toyNetwork, loss: .crossEntropy)
    var steps = 0
    var model: Model?
    for try await (event, result) in try trainer.events(clouds(160), epochs: 2) {
      if case .step = event { steps += 1 }
      if case .end(let ending) = event {
        #expect(ending.epochsRun == 2)
        model = result
      }
    }
    #expect(steps == 10)
    #expect(model != nil)
  }
}
