public import Datasets
import Dispatch
import Engine
public import Networks
import Platform
import Synchronization
import Training

/// The other end of a study in processes: a program that trains what a study asks for.
public enum TrialWorker {
  /// Reads tasks from standard input and tells on standard output what becomes of them, until nobody is
  /// there any more.
  ///
  /// - Parameters:
  ///   - registry: what configurations can name.
  ///   - decoders: read the data.
  /// - Throws: `Problem` for what it cannot read or write.
  public static func serve(registry: Registry = .standard, decoders: Decoders = .none) throws {
    // Ctrl-C reaches every process of a terminal; the study says what shall happen.
    signal(SIGINT, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    let words = Words()
    guard let reader = SystemThread({ words.read() }) else {
      throw Problem(
        .inputOutput, "worker", expected: "a thread that listens", found: "none left")
    }
    reader.detach()
    var execution = TrialExecution(registry: registry, decoders: decoders)
    while let line = words.next() {
      let task = try JSONText.decode(TrialTask.self, from: line, at: "worker", registry: registry)
      let end = try execution.run(
        task,
        hear: { epoch in
          try say(.epoch(epoch))
          return words.next() == goOn
        }, isCancelled: { words.isOver })
      try say(.end(end))
    }
  }

  /// The word after which a training goes on.
  static let goOn = "go on"
  static let stop = "stop"

  private static func say(_ message: TrialMessage) throws {
    guard LineChannel.write(try JSONText.encode(message), to: STDOUT_FILENO) else {
      throw Problem.system(errno, .writing, "the study")
    }
  }

  /// Lines of standard input, read by a thread of their own so that their end is noticed at once.
  private final class Words: Sendable {
    private struct State {
      var lines: [String] = []
      var isOver = false
    }

    private let state = Mutex(State())
    private let arrived = DispatchSemaphore(value: 0)

    var isOver: Bool { state.withLock { $0.isOver } }

    /// Waits for the next line; nil at the end.
    func next() -> String? {
      arrived.wait()
      return state.withLock { $0.lines.isEmpty ? nil : $0.lines.removeFirst() }
    }

    func read() {
      var lines = LineChannel.Reader()
      while true {
        let found = lines.read(from: STDIN_FILENO)
        state.withLock { state in
          state.lines += found ?? []
          if found == nil { state.isOver = true }
        }
        for _ in found ?? [""] { arrived.signal() }
        if found == nil { return }
      }
    }
  }
}
