import Platform
import Synchronization

/// Threads that all run the same work once.
package final class Threads: Sendable {
  private let running: Mutex<[SystemThread]>

  /// How many were started; the system may give fewer than were asked for.
  package let count: Int

  /// Starts them.
  package init(_ count: Int, _ run: @escaping @Sendable () -> Void) {
    var started: [SystemThread] = []
    while started.count < count, let thread = SystemThread(run) { started.append(thread) }
    self.count = started.count
    running = Mutex(started)
  }

  /// Waits until all have done their work.
  package func join() { for thread in take() { thread.join() } }

  /// Lets them end by themselves.
  package func detach() { for thread in take() { thread.detach() } }

  private func take() -> [SystemThread] {
    running.withLock { running in
      defer { running = [] }
      return running
    }
  }

  /// Runs a body for each index, the caller helping, and returns when all are done.
  package static func forEach(
    _ count: Int, threads: Int, _ body: @escaping @Sendable (Int) -> Void
  ) {
    let counter = Counter()
    let work: @Sendable () -> Void = {
      while let index = counter.next(below: count) { body(index) }
    }
    let helpers = Threads(max(0, min(threads, count) - 1), work)
    work()
    helpers.join()
  }

  private final class Counter: Sendable {
    private let taken = Atomic<Int>(0)
    func next(below count: Int) -> Int? {
      let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < count ? index : nil
    }
  }
}
