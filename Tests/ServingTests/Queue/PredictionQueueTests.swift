import Datasets
import Dispatch
import Engine
import HTTPTypes
import Synchronization
import Testing
import Training

@testable import Serving

@Suite struct PredictionQueueTests {
  /// Holds a queue's only thread until it is opened.
  private final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let entered = Mutex(false)
    func wait() {
      entered.withLock { $0 = true }
      semaphore.wait()
    }
    func open() { semaphore.signal() }

    /// Waits until the thread is held, so that whatever is asked then waits behind it.
    func reached() async throws {
      while !entered.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
    }
  }

  private static func row(_ trained: TrainedModel, _ hours: Double) throws -> PreparedInputs {
    try trained.prepared(
      .rows([.named(["hours": .number(hours), "sleep": 7, "subject": "art"])]), ServingLimits())
  }

  private static func ask(
    _ queue: PredictionQueue, _ model: ServedModel, _ hours: Double = 3, seconds: Double = 20,
    isOrdinary: Bool = false, isWanted: Bool = true,
    before: @escaping @Sendable () -> Void = {}
  ) async throws -> PredictionQueue.Answer {
    try await queue.answer(
      1, by: model, deadline: .now + .seconds(seconds), isOrdinary: isOrdinary,
      isWanted: { isWanted }
    ) { trained in
      before()
      return try row(trained, hours)
    }
  }

  /// Waits until so many requests wait.
  private static func reach(_ count: Int, _ queue: PredictionQueue) async throws {
    while queue.count < count { try await Task.sleep(for: .milliseconds(1)) }
  }

  /// What takes less time than handing it over is computed by whoever asks, with the same bits; the first is
  /// not, since nothing is known of the time, nor what may take longer than others.
  @Test(arguments: [(true, 60.0), (false, 60), (true, 0)])
  func whatTakesNoTimeIsAnsweredAtOnce(isOrdinary: Bool, handover: Double) async throws {
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: ServingLimits(), handover: handover)
    defer { queue.close() }
    let first = try await Self.ask(queue, model, isOrdinary: isOrdinary)
    #expect(first.queued > .zero)
    for _ in 0..<3 {
      let answer = try await Self.ask(queue, model, isOrdinary: isOrdinary)
      #expect((answer.queued == .zero) == (isOrdinary && handover > 0))
      #expect(answer.predictions == first.predictions)
    }
  }

  @Test func batchedAnswersHaveTheBitsOfSingleOnes() async throws {
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: ServingLimits())
    defer { queue.close() }
    let gate = Gate()
    async let held = Self.ask(queue, model) { gate.wait() }
    try await gate.reached()
    let hours = (0..<20).map { Double($0) / 3 }
    try await withThrowingTaskGroup(of: (Double, Prediction).self) { group in
      for hour in hours {
        group.addTask { (hour, try await Self.ask(queue, model, hour).predictions[0]) }
      }
      // All of them are there before the thread looks, so they are computed together.
      try await Self.reach(hours.count, queue)
      gate.open()
      for try await (hour, answer) in group {
        #expect(
          answer
            == (try model.trained.predict(["hours": .number(hour), "sleep": 7, "subject": "art"])))
      }
    }
    _ = try await held
  }

  @Test func aFullQueueRefuses() async throws {
    var limits = ServingLimits()
    limits.queuedRequests = 3
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: limits)
    defer { queue.close() }
    let gate = Gate()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await Self.ask(queue, model) { gate.wait() } }
      try await gate.reached()
      for _ in 0..<limits.queuedRequests { group.addTask { _ = try await Self.ask(queue, model) } }
      try await Self.reach(limits.queuedRequests, queue)
      do {
        _ = try await Self.ask(queue, model)
        Issue.record("the queue took one more")
      } catch let problem as ServingProblem {
        #expect(problem.status == 503)
        #expect(ProblemResponse(problem, id: nil).fields[.retryAfter] != nil)
      }
      gate.open()
      try await group.waitForAll()
    }
  }

  @Test func whatNobodyWaitsForIsNotComputed() async throws {
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: ServingLimits())
    defer { queue.close() }
    let computed = Mutex(0)
    let count: @Sendable () -> Void = { computed.withLock { $0 += 1 } }
    await #expect(throws: ServingProblem.gone) {
      try await Self.ask(queue, model, isWanted: false, before: count)
    }
    await #expect(throws: ServingProblem.late) {
      try await Self.ask(queue, model, seconds: -1, before: count)
    }
    #expect(computed.withLock { $0 } == 0)
    _ = try await Self.ask(queue, model, before: count)
    #expect(computed.withLock { $0 } == 1)
  }

  @Test func aBadRowLeavesTheOthersAlone() async throws {
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: ServingLimits())
    defer { queue.close() }
    let gate = Gate()
    async let held = Self.ask(queue, model) { gate.wait() }
    try await gate.reached()
    async let good = Self.ask(queue, model)
    async let bad = queue.answer(1, by: model, deadline: .now + .seconds(20), isWanted: { true }) {
      try $0.prepared(.rows([.named(["hours": "many"])]), ServingLimits())
    }
    try await Self.reach(2, queue)
    gate.open()
    _ = try await (held, good)
    do {
      _ = try await bad
      Issue.record("a bad row was answered")
    } catch is Problem {}
  }

  /// What fails while it is computed together with others fails alone.
  @Test func aFaultInTheComputationLeavesTheOthersAlone() async throws {
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: ServingLimits())
    defer { queue.close() }
    let gate = Gate()
    async let held = Self.ask(queue, model) { gate.wait() }
    try await gate.reached()
    async let first = Self.ask(queue, model, 3)
    async let faulty = queue.answer(
      1, by: model, deadline: .now + .seconds(20), isWanted: { true }
    ) { _ in
      var inputs = PreparedInputs()
      inputs.add([1], notes: [])
      return inputs
    }
    async let second = Self.ask(queue, model, 8)
    try await Self.reach(3, queue)
    gate.open()
    for (answer, hours) in [(try await first, 3.0), (try await second, 8)] {
      #expect(
        answer.predictions
          == [try model.trained.predict(["hours": .number(hours), "sleep": 7, "subject": "art"])])
    }
    do {
      _ = try await faulty
      Issue.record("inputs of another shape were answered")
    } catch is Problem {}
    _ = try await held
  }

  @Test func closingAnswersWhatWaits() async throws {
    let model = try RunningServer.table()
    let queue = PredictionQueue(threads: 1, limits: ServingLimits())
    let gate = Gate()
    async let held = Self.ask(queue, model) { gate.wait() }
    try await gate.reached()
    async let waiting = Self.ask(queue, model)
    try await Self.reach(1, queue)
    DispatchQueue.global().async { queue.close() }
    gate.open()
    _ = try await (held, waiting)
    // The thread that closes it may come to its turn later than the answers.
    var refusal: ServingProblem?
    while refusal == nil {
      do { _ = try await Self.ask(queue, model) } catch let problem as ServingProblem {
        refusal = problem
      }
    }
    #expect(refusal == .ending)
  }
}
