import CKernels
import Platform
import Synchronization

/// A few threads that help with the chunks of a step.
///
/// Chunks are taken one by one by whoever is free, the caller included, so nobody ever waits for one
/// particular worker. A worker looks for work for a short while, then sleeps: waking it costs about
/// 50 µs, more than most steps last, but a spinning worker costs its whole core. Where the machine
/// gives a helper no core, so that the others wait for a chunk it has begun, the helpers rest for a
/// while: two threads are never much slower than one. A pool serves one program at a time; the
/// threads end with the pool.
package final class WorkerPool: Sendable {
  /// Threads that work at a time, the caller included.
  package let threads: Int
  private let crew: Workers?

  /// - Parameter threads: at least 1; 1 starts no thread.
  package init(threads: Int) {
    self.threads = max(1, threads)
    crew = threads > 1 ? Workers(helpers: threads - 1, mayRest: true) : nil
  }

  /// - Parameter mayRest: false for tests in which every thread must take part.
  init(threads: Int, mayRest: Bool) {
    self.threads = max(1, threads)
    crew = threads > 1 ? Workers(helpers: threads - 1, mayRest: mayRest) : nil
  }

  deinit { crew?.close() }

  /// Runs all chunks of a step and returns when the last is done.
  ///
  /// - Parameter scratch: private memory for each thread, at least `threads` places.
  func run(_ step: any Step, scratch: [UnsafeMutablePointer<Float>]) {
    if let crew, step.chunks > 1 { return crew.run(step, scratch) }
    for chunk in 0..<step.chunks { step.run(chunk: chunk, scratch: scratch[0]) }
  }
}

/// The threads of a pool. They keep the crew alive until it is closed.
private final class Workers: @unchecked Sendable {
  // generation (24 bits) | chunk count (20) | next chunk (20), so that a claim is one exchange.
  private let ticket = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let isClosed = Atomic<Bool>(false)
  // Helpers are not wanted while they rest, because they were in the way.
  private let isResting = Atomic<Bool>(false)
  private nonisolated(unsafe) var rest: Backoff?
  // Written before the ticket that announces it; read only by holders of an unfinished chunk.
  private nonisolated(unsafe) var current: (any Step)?
  private nonisolated(unsafe) var scratch: [UnsafeMutablePointer<Float>] = []
  private nonisolated(unsafe) var threads: [Threads] = []
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  private static let spins = 20_000
  private static let patience = 2_000

  init(helpers: Int, mayRest: Bool) {
    rest = mayRest ? Backoff() : nil
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wake, nil)
    for worker in 1...helpers { start(worker) }
  }

  func run(_ step: any Step, _ scratch: [UnsafeMutablePointer<Float>]) {
    if isResting.load(ordering: .relaxed) {
      guard rest!.ends() else {
        for chunk in 0..<step.chunks { step.run(chunk: chunk, scratch: scratch[0]) }
        return
      }
      isResting.store(false, ordering: .relaxed)
    }
    announce(step, scratch)
    let start = ContinuousClock.now
    var own = 0
    while let chunk = claim() {
      step.run(chunk: chunk, scratch: scratch[0])
      finished.add(1, ordering: .releasing)
      own += 1
    }
    let end = ContinuousClock.now
    var waited = 0
    while finished.load(ordering: .acquiring) < step.chunks {
      waited += 1
      if waited < Self.patience { gb_pause() } else { sched_yield() }
    }
    // A helper that took far longer for its last chunk than a chunk takes was put aside by the system.
    let isLate =
      waited >= Self.patience && own > 0
      && ContinuousClock.now - end > (end - start) / own * 3 + .microseconds(100)
    if rest?.begins(isLate: isLate, now: end) == true {
      isResting.store(true, ordering: .relaxed)
    }
  }

  private func announce(_ step: any Step, _ scratch: [UnsafeMutablePointer<Float>]) {
    precondition(step.chunks < 1 << 20)
    current = step
    self.scratch = scratch
    finished.store(0, ordering: .relaxed)
    let generation = (ticket.load(ordering: .relaxed) >> 40) &+ 1
    ticket.store(
      generation << 40 | UInt64(step.chunks) << 20, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
      pthread_mutex_lock(lock)
      pthread_cond_broadcast(wake)
      pthread_mutex_unlock(lock)
    }
  }

  /// The next chunk of the current step, or nil when all are taken.
  private func claim() -> Int? {
    var seen = ticket.load(ordering: .sequentiallyConsistent)
    while true {
      let (count, next) = (seen >> 20 & 0xfffff, seen & 0xfffff)
      if next >= count { return nil }
      let (exchanged, original) = ticket.weakCompareExchange(
        expected: seen, desired: seen + 1, ordering: .sequentiallyConsistent)
      if exchanged { return Int(next) }
      seen = original
    }
  }

  private func start(_ worker: Int) {
    // Where the system gives no thread, the work is done all the same, by fewer.
    threads.append(Threads(1) { [self] in work(worker) })
  }

  private func work(_ worker: Int) {
    var idle = 0
    while !isClosed.load(ordering: .relaxed) {
      if let chunk = claim() {
        current!.run(chunk: chunk, scratch: scratch[worker])
        finished.add(1, ordering: .releasing)
        idle = 0
      } else if idle < Self.spins, !isResting.load(ordering: .relaxed) {
        idle += 1
        gb_pause()
      } else {
        sleep()
        idle = 0
      }
    }
  }

  private func sleep() {
    pthread_mutex_lock(lock)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    let seen = ticket.load(ordering: .sequentiallyConsistent)
    if seen >> 20 & 0xfffff <= seen & 0xfffff, !isClosed.load(ordering: .relaxed) {
      pthread_cond_wait(wake, lock)
    }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(lock)
  }

  /// Ends the threads.
  func close() {
    guard !isClosed.exchange(true, ordering: .sequentiallyConsistent) else { return }
    pthread_mutex_lock(lock)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
    for thread in threads { thread.join() }
  }

  deinit {
    lock.deallocate()
    wake.deallocate()
  }
}
