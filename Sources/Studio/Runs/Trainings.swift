import Dispatch
import Engine
import Synchronization
import Training

/// The trainings and studies that were begun on the page, each on a thread of its own. One that is stopped, or
/// that ends with the studio, leaves what Ctrl-C leaves in a terminal: what can go on as if it had never stopped.
final class Trainings: Sendable {
  /// How one of them came to its end without a report.
  struct Failure: Encodable, Sendable, Hashable {
    /// The folder of its run or study.
    let path: String
    let problem: String
  }

  private struct State {
    /// By their folders: whether each shall stop.
    var running: [String: Bool] = [:]
    var failures: [Failure] = []
    /// Whether the studio ends.
    var isEnding = false
  }

  private let state = Mutex(State())
  private let threads = DispatchGroup()

  /// The folders of those that work now.
  var running: [String] { state.withLock { $0.running.keys.sorted() } }
  /// The last ones that failed.
  var failures: [Failure] { state.withLock { $0.failures } }

  private static let mostFailures = 20

  /// What is said of work that has begun.
  struct Begun: Sendable {
    let path: String
    let notes: [String]
  }

  /// Begins a training or a study. Whatever cannot work is found before anything is written.
  ///
  /// - Parameter prepare: reads the data, which may take long.
  /// - Throws: what the preparation throws; `Problem` where the system gives no thread.
  func begin(_ prepare: @escaping @Sendable () throws -> LongWork) async throws -> Begun {
    try await withCheckedThrowingContinuation { continuation in
      threads.enter()
      do {
        try TrainingThread.start { [self] in
          defer { threads.leave() }
          do {
            let work = try prepare()
            try add(work.path)
            continuation.resume(returning: Begun(path: work.path, notes: work.notes))
            carryOut(work)
          } catch { continuation.resume(throwing: error) }
        }
      } catch {
        threads.leave()
        continuation.resume(throwing: error)
      }
    }
  }

  /// Asks a training or a study to stop after its step, wherever it was begun.
  /// - Throws: `Problem` for one that does not go on, or cannot be asked from here.
  func stop(_ path: String) throws {
    let isKnown = state.withLock { state in
      guard state.running[path] != nil else { return false }
      state.running[path] = true
      return true
    }
    if !isKnown { try RunLock.interrupt(path) }
  }

  /// Asks all trainings to stop, and waits until they have written what they know.
  func end() async {
    state.withLock { state in
      state.isEnding = true
      for path in state.running.keys { state.running[path] = true }
    }
    await withCheckedContinuation { continuation in
      threads.notify(queue: .global()) { continuation.resume() }
    }
  }

  private func add(_ path: String) throws {
    try state.withLock { state in
      guard !state.isEnding else {
        throw Problem.data("training", expected: "a studio that stays", found: "one that ends")
      }
      state.running[path] = false
      state.failures.removeAll { $0.path == path }
    }
  }

  private func carryOut(_ work: LongWork) {
    let path = work.path
    var failure: String?
    do {
      try work.carryOut { [self] in state.withLock { $0.running[path] == true } }
    } catch { failure = "\(error)" }
    state.withLock { state in
      state.running[path] = nil
      guard let failure else { return }
      state.failures.append(Failure(path: path, problem: failure))
      if state.failures.count > Self.mostFailures { state.failures.removeFirst() }
    }
  }
}
