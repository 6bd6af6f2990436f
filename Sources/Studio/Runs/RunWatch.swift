import Engine
import Networks
import Synchronization
import Training
import Tuning

/// Looks at the runs of a folder again and again, for a page.
struct RunWatch: Sendable {
  let runs: RunCollection
  /// A part of a run's name, data, target, tags or note; nil for all runs.
  let text: String?
  let trainings: Trainings

  /// So many times longer than a look takes nothing is done after it: a look at very many runs takes long, and
  /// shall not keep a core busy.
  private static let rest = 19
  /// Nor is it longer than a reader waits for news, however slow a busy machine made the look.
  private static let longestRest = Duration.seconds(10)

  /// Writes the list whenever it changes, and how far it is read where that takes long.
  func tell(_ lines: inout LineStream) async throws {
    let clock = ContinuousClock()
    while true {
      let start = clock.now
      let look = Look()
      async let list = look.run {
        try JSONText.bytes(of: RunsNow(runs, text: text, trainings) { look.read($0, of: $1) })
      }
      var wait = 10
      while let reading = look.reading {
        try await Task.sleep(for: .milliseconds(wait))
        wait = min(2 * wait, 1000)
        if wait == 1000 { try await lines.write(JSONText.bytes(of: ["reading": reading])) }
      }
      let now = try await list
      try await lines.write(state: now)
      let rest = start.duration(to: clock.now) * Self.rest
      try await Task.sleep(for: min(max(.seconds(1), rest), Self.longestRest))
    }
  }
}

/// One look, on a thread of its own, and how far it is.
private final class Look: Sendable {
  struct Reading: Encodable {
    var done = 0
    var count = 0
  }

  private let state = Mutex<Reading?>(Reading())

  /// Nil when it is over.
  var reading: Reading? { state.withLock { $0 } }

  func read(_ done: Int, of count: Int) {
    state.withLock { $0 = Reading(done: done, count: count) }
  }

  func run(_ work: @escaping @Sendable () throws -> [UInt8]) async throws -> [UInt8] {
    defer { state.withLock { $0 = nil } }
    return try await TrainingThread.run { _ in try work() }
  }
}
