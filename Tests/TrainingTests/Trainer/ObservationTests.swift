import Datasets
import Engine
import Networks
import Synchronization
import Testing

@testable import Training

/// What others see of a training, and what looking costs.
@Suite struct ObservationTests {
  private func loop(
    _ plan: TrainingPlan, rows: Int = 90, validation: Dataset? = nil
  ) throws -> TrainingLoop {
    let model = try Model(toyNetwork, inputShape: [8], loss: plan.loss, seed: plan.seed)
    return try TrainingLoop(
      model, plan: plan, train: clouds(rows), validation: validation, metrics: [.accuracy])
  }

  @Test func anObserverHasTheTrainingAndMayThrow() throws {
    let loop = try loop(toyPlan())
    var losses: [Double] = []
    let problem = #expect(throws: Problem.self) {
      try loop.run { event, training in
        if case .step(let step) = event { losses.append(step.stepLoss) }
        guard case .epoch(let record) = event, record.epoch == 2 else { return .continue }
        #expect(try training.bestModel().weightsSHA256 == training.model().weightsSHA256)
        #expect(training.checkpoint().epochsDone == 2)
        throw Problem.data("disk", expected: "room", found: "none")
      }
    }
    #expect(problem?.location == "disk")
    #expect(losses.count == 12)
    #expect(Set(losses).count == 12)
    // It can go on afterwards.
    #expect(try loop.run().epochsRun == 4)
  }

  @Test func theTrainingRowsThatAreScoredAreAsAsked() throws {
    let validation = try clouds(30, seed: 8)
    var plan = toyPlan(epochs: 2)
    var records: [TrainScores: [EpochRecord]] = [:]
    var hashes: Set<String> = []
    for scores in TrainScores.allCases {
      plan.trainScores = scores
      let loop = try loop(plan, validation: validation)
      try loop.run()
      records[scores] = loop.history
      hashes.insert(try loop.model().weightsSHA256)
    }
    #expect(hashes.count == 1)
    #expect(records[.none]!.allSatisfy { $0.train.isEmpty && $0.trainRows == nil })
    #expect(records[.all]!.allSatisfy { $0.trainRows == 90 && $0.train.count == 2 })
    #expect(records[.sample]!.map(\.train) == records[.all]!.map(\.train))
    // Without validation data the training loss decides, on all rows.
    let alone = try loop(plan)
    try alone.run()
    #expect(alone.history.allSatisfy { $0.trainRows == 90 && $0.train.keys.contains("loss") })
  }

  @Test func theSampleIsTheSameInEachEpochAndDrawnFromAll() throws {
    let rows = TrainScores.mostRows + 500
    let data = try Dataset(
      inputs: Examples(shape: [1], floats: (0..<rows).map(Float.init)),
      targets: Examples(shape: .scalar, floats: [Float](repeating: 0, count: rows)))
    let plan = TrainingPlan(loss: .crossEntropy, seed: 5)
    let sample = try #require(TrainingLoop.scored(data, plan, isValidated: true))
    #expect(sample.count == TrainScores.mostRows)
    let chosen = (0..<sample.count).map { sample.inputs[$0][0] }
    #expect(chosen == chosen.sorted() && Set(chosen).count == sample.count)
    #expect(chosen.last! > Float(TrainScores.mostRows))
    let again = try #require(TrainingLoop.scored(data, plan, isValidated: true))
    #expect((0..<again.count).map { again.inputs[$0][0] } == chosen)
    #expect(TrainingLoop.scored(data, plan, isValidated: false)?.count == rows)
  }

  @Test func plansOfOlderFilesAreRead() throws {
    var plan = toyPlan()
    let text = try JSONText.encode(plan)
    #expect(text.contains("\"accumulate\""))
    let older = text.replacing(",\"accumulate\":1", with: "").replacing(
      "\"accumulate\":1,", with: ""
    )
    .replacing(",\"trainScores\":\"sample\"", with: "")
    .replacing("\"trainScores\":\"sample\",", with: "")
    #expect(!older.contains("accumulate") && !older.contains("trainScores"))
    let read = try JSONText.decode(TrainingPlan.self, from: older, at: "plan")
    #expect(read.accumulate == 1 && read.trainScores == .sample)
    plan.accumulate = 5
    plan.trainScores = .none
    let back = try JSONText.decode(TrainingPlan.self, from: JSONText.encode(plan), at: "plan")
    #expect(back.accumulate == 5 && back.trainScores == .none)
    plan.accumulate = 0
    #expect(throws: Problem.self) { try plan.check() }
  }

  @Test func aHistoryTellsItsBestEpoch() throws {
    var trainer = Trainer(toyNetwork, loss: .crossEntropy, metrics: [.accuracy])
    let history = try trainer.fit(clouds(90), validation: clouds(60, seed: 4), epochs: 5)
    let losses = history.scores("loss")
    #expect(history.count == 5 && losses.count == 5)
    #expect(history.best?.watchedLoss == losses.min())
    #expect(history.best?.epoch == history.outcome.bestEpoch)
    #expect(history.scores("accuracy") == history.map { $0.validation!["accuracy"]! })
  }

  // MARK: On a thread of its own

  @Test func fitOnAThreadGivesTheSameWeights() async throws {
    var here = Trainer(toyNetwork, loss: .crossEntropy, seed: 3)
    var there = here
    let data = try clouds(90)
    func fit() throws -> TrainingHistory { try here.fit(data, epochs: 3) }
    let expected = try fit()
    let history = try await there.fit(data, epochs: 3)
    #expect(history.map(\.runningLoss) == expected.map(\.runningLoss))
    #expect(there.model?.weightsSHA256 == here.model?.weightsSHA256)
    await #expect(throws: Problem.self) {
      var wrong = Trainer(toyNetwork, loss: .crossEntropy)
      try await wrong.fit(data, epochs: 0)
    }
  }

  /// The task is cancelled by the training itself after its third step, so no clock decides anything.
  @Test func aCancelledTaskEndsTheTrainingAfterItsStep() async throws {
    let data = try clouds(90)
    let (reached, tell) = AsyncStream.makeStream(of: Void.self)
    let go = Mutex(false)
    let task = Task { () -> (TrainingHistory, Int, Bool) in
      var trainer = Trainer(toyNetwork, loss: .crossEntropy)
      let steps = Atomic(0)
      let history = try await trainer.fit(data, epochs: 1_000_000) { event in
        guard case .step = event else { return .continue }
        if steps.add(1, ordering: .relaxed).newValue == 3 {
          tell.finish()
          // Only now the next step may begin.
          while !go.withLock({ $0 }) {}
        }
        return .continue
      }
      return (history, steps.load(ordering: .relaxed), trainer.model != nil)
    }
    for await _ in reached {}
    task.cancel()
    go.withLock { $0 = true }
    let (history, steps, hasModel) = try await task.value
    #expect(history.outcome.reason == .interrupted)
    #expect(steps == 3 && hasModel)
  }

  @Test func aSlowReaderMissesStepsAndNothingElse() async throws {
    let buffer = TrainingEvents.Buffer()
    let most = TrainingEvents.mostSteps
    func step(_ number: Int) -> TrainingEvents.Element {
      (
        .step(
          StepRecord(
            epoch: 1, step: number, stepsPerEpoch: 1, loss: 0, stepLoss: 0, learningRate: 0)), nil
      )
    }
    let epoch = EpochRecord(
      epoch: 1, runningLoss: 0, train: [:], learningRate: 0, seconds: 0, isBest: true)
    for number in 1...most { buffer.put(step(number)) }
    buffer.put((.epoch(epoch), nil))
    for number in most + 1...most + 40 { buffer.put(step(number)) }
    buffer.put((.epoch(epoch), nil))
    buffer.end(nil)
    var (steps, epochs): ([Int], Int) = ([], 0)
    while let (event, _) = try await buffer.next() {
      switch event {
      case .step(let record): steps.append(record.step)
      case .epoch: epochs += 1
      case .end: break
      }
    }
    #expect(steps == Array(41...most + 40))
    #expect(epochs == 2)
    #expect(try await buffer.next() == nil)
  }

  @Test func endingTheIterationEndsTheTraining() async throws {
    let events = try Trainer(toyNetwork, loss: .crossEntropy).events(clouds(90), epochs: 1_000_000)
    for try await (event, _) in events {
      if case .epoch = event { break }
    }
    // The end comes, although a million epochs were asked for.
    var reason: TrainingOutcome.Reason?
    for try await (event, model) in events {
      guard case .end(let outcome) = event else { continue }
      reason = outcome.reason
      #expect(model != nil)
    }
    #expect(reason == .interrupted)
  }

  @Test func whatGoesWrongIsThrownToTheReader() async throws {
    let events = try Trainer(toyNetwork, loss: .crossEntropy).events(clouds(90), epochs: 0)
    await #expect(throws: Problem.self) { for try await _ in events {} }
  }
}
