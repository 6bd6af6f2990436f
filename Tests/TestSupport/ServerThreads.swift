import Foundation
import Synchronization

/// Threads for servers and those who talk to them. The threads that tasks share are kept for seconds by tests
/// that compute or wait for other programs, and whoever waits for a server's answer would give up meanwhile.
package final class ServerThreads: TaskExecutor, @unchecked Sendable {
  private static let shared = ServerThreads(12)
  /// So many tests have servers at the same time; more would keep each other waiting.
  private static let turns = Turns(4)
  @TaskLocal private static var hasTurn = false

  /// Runs a body, and all that it begins, on these threads.
  package static func run<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    // A server beside another.
    if hasTurn { return try await body() }
    await turns.take()
    defer { turns.giveBack() }
    return try await $hasTurn.withValue(true) {
      try await withTaskExecutorPreference(shared) { try await body() }
    }
  }

  private let condition = NSCondition()
  /// Those that wait, in their order; only under the condition.
  private var jobs: [UnownedJob] = []

  /// - Parameter count: enough that some are left where tests beside a server compute or wait.
  private init(_ count: Int) {
    for _ in 0..<count {
      Thread.detachNewThread { [self] in
        while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
      }
    }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock { jobs.append(job) }
    condition.signal()
  }

  private func next() -> UnownedJob {
    condition.lock()
    defer { condition.unlock() }
    while jobs.isEmpty { condition.wait() }
    return jobs.removeFirst()
  }

  /// A number of turns, which are waited for without holding a thread.
  private final class Turns: Sendable {
    private struct State {
      var free: Int
      var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func take() async {
      await withCheckedContinuation { continuation in
        let isFree = state.withLock { state in
          guard state.free > 0 else {
            state.waiting.append(continuation)
            return false
          }
          state.free -= 1
          return true
        }
        if isFree { continuation.resume() }
      }
    }

    func giveBack() {
      let next = state.withLock { state in
        guard !state.waiting.isEmpty else {
          state.free += 1
          return nil as CheckedContinuation<Void, Never>?
        }
        return state.waiting.removeFirst()
      }
      next?.resume()
    }
  }
}
