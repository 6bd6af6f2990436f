import Dispatch
import Synchronization

/// Explanations, computed one after the other on a thread of their own, so that no prediction waits for
/// one: each asks the network thousands of times.
final class ExplanationQueue: Sendable {
  private let thread = DispatchQueue(label: "explanations")
  private let count = Mutex(0)
  private let limit: Int

  init(_ limits: ServingLimits) { limit = limits.explanations }

  /// Waits for a turn and for what the work gives.
  ///
  /// - Parameters:
  ///   - isWanted: whether somebody still waits.
  ///   - work: given what it calls now and then, which throws when there is no reason to go on.
  /// - Throws: ``ServingProblem`` where too many wait, the deadline has passed or nobody waits; what the work
  ///   throws.
  func run<Value: Sendable>(
    deadline: ContinuousClock.Instant, isWanted: @escaping @Sendable () -> Bool,
    _ work: @escaping @Sendable (_ check: () throws -> Void) throws -> Value
  ) async throws -> Value {
    let hasRoom = count.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard hasRoom else { throw ServingProblem.busy(retryAfter: 1) }
    defer { count.withLock { $0 -= 1 } }
    return try await withCheckedThrowingContinuation { continuation in
      thread.async {
        continuation.resume(
          with: Result {
            func check() throws {
              guard isWanted() else { throw ServingProblem.gone }
              guard ContinuousClock.now < deadline else { throw ServingProblem.late }
            }
            try check()
            return try work(check)
          })
      }
    }
  }
}
