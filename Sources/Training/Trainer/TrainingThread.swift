import Datasets
import Engine
import Synchronization

/// Runs a training on a thread of its own: it would hold up a thread of the concurrency pool for
/// minutes.
package enum TrainingThread {
  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }

  /// Waits for the work without holding a thread.
  ///
  /// - Parameter work: asks from time to time whether the task was cancelled.
  /// - Throws: what the work throws; `Problem` where the system gives no thread.
  package static func run<R: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> R
  ) async throws -> R {
    let flag = Flag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          try start {
            continuation.resume(with: Result { try work { flag.isSet } })
          }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      flag.set()
    }
  }

  /// Starts a thread and leaves it alone.
  /// - Throws: `Problem` where the system gives none.
  static func start(_ work: @escaping @Sendable () -> Void) throws {
    let thread = Threads(1, work)
    guard thread.count == 1 else {
      throw Problem.data(
        "training", expected: "a thread of its own", found: "none from the system",
        fix: "end other threads, or call fit without await")
    }
    thread.detach()
  }
}
