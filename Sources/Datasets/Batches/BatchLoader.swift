import Engine
import Platform

/// Makes the inputs of the next batches ready while a step runs: reads, decodes, varies.
///
/// Threads take one example after the other; what an example becomes depends on seed, epoch and its
/// position only, so neither their number nor their order changes a bit.
package final class BatchLoader: Sendable {
  private let crew: Workers
  private let threads: Threads

  /// - Parameters:
  ///   - batches: How the order of an epoch is cut.
  ///   - threads: At least 1 is asked for; if the system gives none, the caller does their work.
  /// - Throws: `Problem` if there is not enough memory for the batches.
  package convenience init(
    _ data: Dataset, _ batches: MicroBatches, threads count: Int, seed: UInt64
  ) throws {
    try self.init(data, batches, seed: seed) { Threads(max(1, count), $0) }
  }

  /// - Parameter start: starts threads that run some work.
  init(
    _ data: Dataset, _ batches: MicroBatches, seed: UInt64,
    starting start: (@escaping @Sendable () -> Void) -> Threads
  ) throws {
    let crew = try Workers(data, batches, seed: seed)
    self.crew = crew
    threads = start { while crew.makeNext() {} }
  }

  deinit {
    crew.close()
    threads.join()
  }

  /// Begins an epoch.
  ///
  /// - Parameters:
  ///   - order: of the examples.
  ///   - epoch: counted from 0.
  ///   - batches: the numbers of those that will be asked for, one after the other; empty ones are not.
  package func start(_ order: [Int32], epoch: Int, batches: some Sequence<Int>) {
    crew.start(order, epoch: epoch, batches: batches)
  }

  /// Copies the inputs of the next batch once they are ready.
  ///
  /// - Parameter batch: its number.
  /// - Throws: What reading the files throws.
  package func take(_ batch: Int, into inputs: UnsafeMutablePointer<Float>) throws {
    if threads.count == 0 { crew.makeBatch() }
    try crew.take(batch, into: inputs)
  }
}

/// What the threads work on. They keep it alive, and not the loader, so that the loader ends on its
/// user's thread and waits for them there.
private final class Workers: @unchecked Sendable {
  private let data: Dataset
  private let batches: MicroBatches
  private let seed: UInt64
  private let length: Int
  private let buffers: UnsafeMutablePointer<Float>
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// There is work, or the end.
  private let work = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// An example is ready.
  private let ready = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  // Under the lock:
  private var order: [Int32] = []
  private var epoch = 0
  /// The batches that will be asked for.
  private var numbers: [Int] = []
  /// How many of them were taken.
  private var taken = 0
  /// The next example that nobody makes yet: in which of the batches, and its place there.
  private var next = (batch: 0, example: 0)
  /// Examples that are being made.
  private var busy = 0
  /// For each batch in the buffers how many of its examples are ready.
  private var done: [Int]
  private var isClosed = false

  /// Batches that are made ahead.
  private static let ahead = 3

  init(_ data: Dataset, _ batches: MicroBatches, seed: UInt64) throws {
    let (one, overflow) = batches.largest.multipliedReportingOverflow(by: data.inputs.shape.count)
    try MemoryLimit.check(
      (0..<Self.ahead).map { ("batch \($0 + 1)", overflow ? .max : one) },
      for: "inputs made ahead")
    self.data = data
    self.batches = batches
    self.seed = seed
    length = data.inputs.shape.count
    buffers = .allocate(capacity: max(1, Self.ahead * batches.largest * length))
    done = [Int](repeating: 0, count: Self.ahead)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(work, nil)
    pthread_cond_init(ready, nil)
  }

  /// Lets the threads end.
  func close() {
    locked {
      isClosed = true
      pthread_cond_broadcast(work)
    }
  }

  deinit {
    buffers.deallocate()
    pthread_mutex_destroy(lock)
    pthread_cond_destroy(work)
    pthread_cond_destroy(ready)
    lock.deallocate()
    work.deallocate()
    ready.deallocate()
  }

  func start(_ order: [Int32], epoch: Int, batches numbers: some Sequence<Int>) {
    let numbers = numbers.filter { !batches[$0].isEmpty }
    locked {
      // Nobody takes more; those who are at work write where the new epoch will.
      self.numbers = []
      while busy > 0 { pthread_cond_wait(ready, lock) }
      (self.order, self.epoch, self.numbers) = (order, epoch, numbers)
      (taken, next) = (0, (0, 0))
      for slot in done.indices { done[slot] = 0 }
      pthread_cond_broadcast(work)
    }
  }

  func take(_ batch: Int, into inputs: UnsafeMutablePointer<Float>) throws {
    locked {
      precondition(numbers[taken] == batch, "batches are taken in order")
      let (slot, count) = (taken % Self.ahead, batches[batch].count)
      while done[slot] < count { pthread_cond_wait(ready, lock) }
      inputs.update(from: buffers + slot * batches.largest * length, count: count * length)
      done[slot] = 0
      taken += 1
      pthread_cond_broadcast(work)
    }
    try data.inputs.check()
  }

  /// Makes what is left of the batch that is taken next, where nobody else does.
  func makeBatch() {
    while next.batch <= taken, next.batch < numbers.count { _ = makeNext() }
  }

  /// Makes one example, waiting for one to make.
  /// - Returns: false at the end.
  func makeNext() -> Bool {
    var job: (position: Int, epoch: Int, batch: Int, example: Int)?
    locked {
      while next.batch >= min(taken + Self.ahead, numbers.count), !isClosed {
        pthread_cond_wait(work, lock)
      }
      guard !isClosed else { return }
      let places = batches[numbers[next.batch]]
      let position = Int(order[places.lowerBound + next.example])
      job = (position, epoch, next.batch, next.example)
      next.example += 1
      if next.example == places.count { next = (next.batch + 1, 0) }
      busy += 1
    }
    guard let job else { return false }
    let slot = job.batch % Self.ahead
    data.copyVaried(
      job.position, seed: seed, epoch: job.epoch,
      into: buffers + (slot * batches.largest + job.example) * length)
    locked {
      done[slot] += 1
      busy -= 1
      pthread_cond_signal(ready)
    }
    return true
  }

  private func locked(_ body: () -> Void) {
    pthread_mutex_lock(lock)
    body()
    pthread_mutex_unlock(lock)
  }
}
