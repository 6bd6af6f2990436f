import Dispatch
import Engine
import Synchronization
import Training

/// Requests that wait for a network, and the threads that answer them.
///
/// Nobody waits while a thread is idle: whoever is free takes what is there, up to a batch, and while it
/// computes the next batch gathers by itself. What nobody waits for any more is not computed. What is
/// computed sooner than another thread could begin with it is computed by whoever asks.
final class PredictionQueue: Sendable {
  /// What was asked, until it is answered.
  struct Job: Sendable {
    let model: ServedModel
    /// Rows or images.
    let count: Int
    /// Makes the inputs of the network.
    let prepare: @Sendable (TrainedModel) throws -> PreparedInputs
    /// Whether somebody still waits.
    let isWanted: @Sendable () -> Bool
    let deadline: ContinuousClock.Instant
    let arrived: ContinuousClock.Instant
    fileprivate let answered: CheckedContinuation<Answer, any Error>
  }

  /// What came out.
  struct Answer: Sendable {
    var predictions: [Prediction]
    var queued: Duration
    /// Of the whole batch it was in.
    var computed: Duration
  }

  private struct State {
    var jobs: [Job] = []
    /// Instances among the jobs, and among those that are computed now.
    var waiting = 0
    var isClosed = false
    /// Seconds for an instance, smoothed; 0 before the first.
    var secondsForInstance = 0.0

    /// A thread that the system put aside for a while says little, so no single time counts for much.
    mutating func learn(_ duration: Duration, instances: Int) {
      let one = duration / .seconds(1) / Double(max(1, instances))
      secondsForInstance =
        secondsForInstance == 0
        ? one : secondsForInstance * 0.9 + min(one, secondsForInstance * 4) * 0.1
    }
  }

  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  private let limits: ServingLimits
  private let threads: Int
  private let handover: Double
  private let workers = Mutex<Threads?>(nil)

  /// - Parameter handover: the seconds that handing something to another thread and back takes.
  init(threads: Int, limits: ServingLimits, handover: Double = 100e-6) {
    (self.limits, self.threads, self.handover) = (limits, threads, handover)
    let workers = Threads(threads) { [self] in work() }
    self.workers.withLock { $0 = workers }
  }

  /// Requests that wait now.
  var count: Int { state.withLock { $0.jobs.count } }

  /// Waits for a turn and the answer.
  ///
  /// - Parameter isOrdinary: whether it takes about as long as others have taken.
  /// - Throws: ``ServingProblem`` where the queue is full, the deadline has passed, or the server ends;
  ///   what `prepare` throws.
  func answer(
    _ count: Int, by model: ServedModel, deadline: ContinuousClock.Instant,
    isOrdinary: Bool = false, isWanted: @escaping @Sendable () -> Bool,
    prepare: @escaping @Sendable (TrainedModel) throws -> PreparedInputs
  ) async throws -> Answer {
    if isOrdinary, takesNoTime(count) { return try answerHere(count, by: model, prepare) }
    return try await withCheckedThrowingContinuation { continuation in
      let job = Job(
        model: model, count: count, prepare: prepare, isWanted: isWanted, deadline: deadline,
        arrived: .now, answered: continuation)
      do throws(ServingProblem) {
        try enter(job)
        wake.signal()
      } catch { continuation.resume(throwing: error) }
    }
  }

  private func takesNoTime(_ count: Int) -> Bool {
    state.withLock { state in
      state.jobs.isEmpty && !state.isClosed && state.secondsForInstance > 0
        && state.secondsForInstance * Double(count) < handover
    }
  }

  private func answerHere(
    _ count: Int, by model: ServedModel, _ prepare: (TrainedModel) throws -> PreparedInputs
  ) throws -> Answer {
    let start = ContinuousClock.now
    let predictions = try model.trained.answers(for: prepare(model.trained)).predictions
    let computed = ContinuousClock.now - start
    state.withLock { $0.learn(computed, instances: count) }
    return Answer(predictions: predictions, queued: .zero, computed: computed)
  }

  private func enter(_ job: Job) throws(ServingProblem) {
    let refusal: ServingProblem? = state.withLock { state in
      if state.isClosed { return .ending }
      let seconds = Double(state.waiting) * state.secondsForInstance / Double(threads)
      if state.jobs.count >= limits.queuedRequests || seconds > limits.queuedSeconds {
        return .busy(retryAfter: max(1, Int(seconds.rounded(.up))))
      }
      state.jobs.append(job)
      state.waiting += job.count
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Answers what waits, then ends the threads.
  func close() {
    state.withLock { $0.isClosed = true }
    for _ in 0..<threads { wake.signal() }
    workers.withLock { $0 }?.join()
  }

  // MARK: A thread

  private func work() {
    while true {
      wake.wait()
      let (batch, isLast) = take()
      if !batch.isEmpty { compute(batch) } else if isLast { return }
    }
  }

  /// Jobs of one model, as many as fit into a batch, and whether there will be no more.
  private func take() -> (jobs: [Job], isLast: Bool) {
    state.withLock { state in
      guard let first = state.jobs.first else { return ([], state.isClosed) }
      var instances = 0
      let batch = state.jobs.prefix { job in
        instances += job.count
        return job.arrived == first.arrived
          || job.model.identity == first.model.identity && instances <= limits.batch
      }
      state.jobs.removeFirst(batch.count)
      return (Array(batch), false)
    }
  }

  private func compute(_ batch: [Job]) {
    let start = ContinuousClock.now
    var jobs: [(job: Job, inputs: PreparedInputs)] = []
    for job in batch {
      do {
        if let refusal = Self.refusal(of: job, at: start) { throw refusal }
        jobs.append((job, try job.prepare(job.model.trained)))
      } catch { job.answered.resume(throwing: error) }
    }
    if let model = jobs.first?.job.model.trained { answer(jobs, by: model, since: start) }
    let duration = ContinuousClock.now - start
    state.withLock { state in
      let instances = batch.reduce(0) { $0 + $1.count }
      state.waiting -= instances
      state.learn(duration, instances: instances)
    }
  }

  private static func refusal(of job: Job, at now: ContinuousClock.Instant) -> ServingProblem? {
    if !job.isWanted() { return .gone }
    return now >= job.deadline ? .late : nil
  }

  private func answer(
    _ jobs: [(job: Job, inputs: PreparedInputs)], by model: TrainedModel,
    since start: ContinuousClock.Instant
  ) {
    do {
      var joined = PreparedInputs()
      for (_, inputs) in jobs { joined.append(inputs) }
      var predictions = try model.answers(for: joined).predictions[...]
      let end = ContinuousClock.now
      for (job, _) in jobs {
        let own = Array(predictions.prefix(job.count))
        predictions = predictions.dropFirst(job.count)
        job.answered.resume(
          returning: Answer(
            predictions: own, queued: start - job.arrived, computed: end - start))
      }
    } catch  where jobs.count > 1 {
      // Only the one that cannot be computed shall fail.
      for one in jobs { answer([one], by: model, since: start) }
    } catch {
      for (job, _) in jobs { job.answered.resume(throwing: error) }
    }
  }
}
