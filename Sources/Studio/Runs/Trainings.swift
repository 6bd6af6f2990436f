import Diagnosis
import Dispatch
import Engine
import Networks
import Synchronization
import Training

/// The trainings that were begun on the page, each on a thread of its own. One that is stopped, or that ends
/// with the studio, leaves what Ctrl-C leaves in a terminal: a run that can go on as if it had never stopped.
final class Trainings: Sendable {
  /// How one of them came to its end without a report.
  struct Failure: Encodable, Sendable, Hashable {
    /// The folder of its run.
    let path: String
    let problem: String
  }

  private struct State {
    /// By the folders of their runs: whether each shall stop.
    var running: [String: Bool] = [:]
    var failures: [Failure] = []
    /// Whether the studio ends.
    var isEnding = false
  }

  private let state = Mutex(State())
  private let threads = DispatchGroup()
  /// The program with its commit, for reports.
  private let build: String?

  init(build: String?) { self.build = build }

  /// The folders of those that train now.
  var running: [String] { state.withLock { $0.running.keys.sorted() } }
  /// The last ones that failed.
  var failures: [Failure] { state.withLock { $0.failures } }

  private static let mostFailures = 20

  /// What is said of a training that has begun.
  struct Begun: Sendable {
    let folder: RunFolder
    let notes: [String]
  }

  /// Begins a training. Whatever cannot work is found before anything is written.
  ///
  /// - Parameter prepare: reads the data, which may take long.
  /// - Throws: what the preparation throws; `Problem` where the system gives no thread.
  func begin(_ prepare: @escaping @Sendable () throws -> TrainingSession) async throws -> Begun {
    try await withCheckedThrowingContinuation { continuation in
      threads.enter()
      do {
        try TrainingThread.start { [self] in
          defer { threads.leave() }
          do {
            let session = try prepare()
            try add(session.folder.path)
            continuation.resume(
              returning: Begun(folder: session.folder, notes: session.experiment.notes))
            train(session)
          } catch { continuation.resume(throwing: error) }
        }
      } catch {
        threads.leave()
        continuation.resume(throwing: error)
      }
    }
  }

  /// Asks a training to stop after its step.
  /// - Throws: `Problem` for a run that this studio does not train.
  func stop(_ folder: RunFolder) throws {
    let isKnown = state.withLock { state in
      guard state.running[folder.path] != nil else { return false }
      state.running[folder.path] = true
      return true
    }
    guard isKnown else {
      throw Problem.data(
        folder.name, expected: "a training that was begun on this page",
        found: RunLock.isHeld(folder.path) ? "one that another program trains" : "none",
        fix: "stop it where it was begun; it can go on here afterwards")
    }
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

  private func train(_ session: TrainingSession) {
    let path = session.folder.path
    var failure: String?
    do {
      var training = try ReportedTraining(session)
      let outcome = try training.learn { _ in
        state.withLock { $0.running[path] == true } ? .stop : .continue
      }
      _ = try training.conclude(outcome, build: build)
    } catch { failure = "\(error)" }
    state.withLock { state in
      state.running[path] = nil
      guard let failure else { return }
      state.failures.append(Failure(path: path, problem: failure))
      if state.failures.count > Self.mostFailures { state.failures.removeFirst() }
    }
  }
}
