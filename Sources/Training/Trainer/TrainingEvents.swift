import Engine
public import Networks
import Synchronization

/// The events of a training that runs on a thread of its own, for one reader.
///
/// The training does not wait for its reader. Of the events that wait to be read at most
/// ``mostSteps`` are steps: then the oldest step is dropped. Epochs and the end are never dropped.
public struct TrainingEvents: AsyncSequence, Sendable {
  /// What happened; with the end, the best model.
  public typealias Element = (event: TrainingEvent, model: Model?)

  /// How many steps wait for a slow reader.
  public static let mostSteps = 256

  private let reading: Reading

  /// Starts the training.
  init(_ train: @escaping @Sendable (Buffer) throws -> Void) {
    let buffer = Buffer()
    reading = Reading(buffer)
    do {
      try TrainingThread.start {
        do {
          try train(buffer)
          buffer.end(nil)
        } catch {
          buffer.end(error)
        }
      }
    } catch {
      buffer.end(error)
    }
  }

  public func makeAsyncIterator() -> some AsyncIteratorProtocol<Element, any Error> {
    Iterator(reading)
  }

  /// Ends the training when nobody is there to read any more.
  fileprivate final class Reading: Sendable {
    let buffer: Buffer
    init(_ buffer: Buffer) { self.buffer = buffer }
    deinit { buffer.cancel() }
  }

  /// Reads the events; the training ends when it is let go.
  private final class Iterator: AsyncIteratorProtocol {
    private let reading: Reading
    private var buffer: Buffer { reading.buffer }

    init(_ reading: Reading) { self.reading = reading }

    deinit { buffer.cancel() }

    /// The next event; nil after the end.
    /// - Throws: what ended the training.
    func next() async throws -> Element? {
      try await withTaskCancellationHandler {
        try await buffer.next()
      } onCancel: { [buffer] in
        buffer.cancel()
      }
    }
  }

  /// What waits between the training and its reader.
  final class Buffer: Sendable {
    private struct State {
      var waiting: [Element] = []
      var steps = 0
      var reader: CheckedContinuation<Element?, any Error>?
      var end: Result<Void, any Error>?
      var isCancelled = false
    }

    private let state = Mutex(State())

    var isCancelled: Bool { state.withLock(\.isCancelled) }

    func cancel() { state.withLock { $0.isCancelled = true } }

    func put(_ element: Element) {
      let reader = state.withLock { state -> CheckedContinuation<Element?, any Error>? in
        if let reader = state.reader {
          state.reader = nil
          return reader
        }
        if case .step = element.event {
          if state.steps == TrainingEvents.mostSteps {
            let oldest = state.waiting.firstIndex {
              if case .step = $0.event { true } else { false }
            }
            state.waiting.remove(at: oldest!)
          } else {
            state.steps += 1
          }
        }
        state.waiting.append(element)
        return nil
      }
      reader?.resume(returning: element)
    }

    func end(_ error: (any Error)?) {
      let reader = state.withLock { state -> CheckedContinuation<Element?, any Error>? in
        state.end = error.map { .failure($0) } ?? .success(())
        defer { state.reader = nil }
        return state.reader
      }
      if let error { reader?.resume(throwing: error) } else { reader?.resume(returning: nil) }
    }

    func next() async throws -> Element? {
      try await withCheckedThrowingContinuation { continuation in
        let known = state.withLock { state -> Result<Element?, any Error>? in
          if !state.waiting.isEmpty {
            let first = state.waiting.removeFirst()
            if case .step = first.event { state.steps -= 1 }
            return .success(first)
          }
          if let end = state.end {
            // An error is told once.
            state.end = .success(())
            return end.map { nil }
          }
          state.reader = continuation
          return nil
        }
        if let known { continuation.resume(with: known) }
      }
    }
  }
}
