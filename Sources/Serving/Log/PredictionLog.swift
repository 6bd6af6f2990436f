import CoreMetrics
import Databases
import Dispatch
import Engine
import Logging
import Synchronization

/// Logs what a server answered, and takes feedback to it.
///
/// Whoever answers only puts a record into memory. One thread writes what has gathered there; what does not
/// fit into the memory, or cannot be written, is dropped and counted, and no answer waits for it. Feedback
/// waits until it is on the disk.
package final class PredictionLog: Sendable {
  let settings: PredictionLogSettings

  /// What one request says, and who waits for what becomes of it.
  private struct Request {
    let feedback: [Feedback]
    let reply: CheckedContinuation<FeedbackReport, any Error>
  }

  private struct State {
    var records: [LogRecord] = []
    var bytes = 0
    var requests: [Request] = []
    var isUrgent = false
    var isClosed = false
    var dropped = 0
    var problem: Problem?
    /// Bytes of the rows that are written.
    var used = 0

    var isEmpty: Bool { records.isEmpty && requests.isEmpty }
  }

  private let file: LogFile
  private let metrics: LogMetrics
  /// Tells whoever runs the server what a page for everybody must not say.
  private let logger: Logger?
  private let state = Mutex(State())
  /// There is something where nothing was.
  private let wake = DispatchSemaphore(value: 0)
  /// What is there shall be written now.
  private let hurry = DispatchSemaphore(value: 0)
  private let writer = Mutex<Threads?>(nil)

  /// How long records gather: long enough for many to share one wait for the disk.
  private static let gathering = DispatchTimeInterval.milliseconds(200)
  /// How often the age of the rows is looked at when nothing comes.
  private static let pause = DispatchTimeInterval.seconds(60)
  /// For the journal beside the file; a 16th of the size besides is for what comes until the next look.
  private static let journalBytes = 6 << 20
  /// Of records that are written in one transaction.
  private static let partBytes = 1 << 20

  /// Opens the file and starts the thread that writes.
  /// - Throws: `Problem` for a file that cannot be written or is something else.
  init(_ settings: PredictionLogSettings, metrics: LogMetrics, logger: Logger? = nil) throws {
    try Problem.throwIfAny(settings.problems)
    (self.settings, self.metrics, self.logger) = (settings, metrics, logger)
    file = try LogFile(settings.path, .create)
    trim()
    let thread = Threads(1) { [self] in work() }
    guard thread.count == 1 else {
      throw Problem(
        .inputOutput, settings.shownPath, expected: "a thread that writes the log",
        found: "none left")
    }
    writer.withLock { $0 = thread }
  }

  /// Opens the file and starts the thread that writes.
  /// - Throws: `Problem` for a file that cannot be written or is something else.
  package convenience init(_ settings: PredictionLogSettings) throws {
    try self.init(settings, metrics: LogMetrics())
  }

  // MARK: What others see

  /// Instances that are not in the log though they were answered.
  package var dropped: Int { state.withLock { $0.dropped } }

  /// Bytes that the rows of the file take.
  package var bytes: Int { state.withLock { $0.used } }

  /// What is wrong, in a sentence without places of this machine; nil for nothing.
  package var health: String? {
    let (dropped, problem) = state.withLock { ($0.dropped, $0.problem) }
    guard dropped > 0 || problem != nil else { return nil }
    // What a database says names its host and users.
    let isAddress = PostgresAddress.isAddress(settings.path)
    let reason = problem.map {
      isAddress ? "; expected \($0.expected)" : "; \($0.descriptionWithoutFolders)"
    }
    return "\(dropped) rows dropped" + (reason ?? "")
  }

  // MARK: What comes

  /// Puts what was answered into memory, if there is room.
  package func add(_ record: LogRecord) {
    let isTaken = state.withLock { state in
      guard !state.isClosed, state.bytes + record.bytes <= settings.bufferBytes else {
        state.dropped += record.predictions.count
        return false
      }
      wakeIfEmpty(state)
      state.records.append(record)
      state.bytes += record.bytes
      if state.bytes > settings.bufferBytes / 2 { hurry(&state) }
      return true
    }
    if !isTaken { metrics.dropped.increment(by: record.predictions.count) }
  }

  /// Takes feedback; returns when it is on the disk.
  ///
  /// - Throws: `Problem` for what does not fit to the predictions, and then nothing is taken; another error
  ///   if nothing can be written.
  package func add(_ feedback: [Feedback]) async throws -> FeedbackReport {
    try await withCheckedThrowingContinuation { reply in
      let isTaken = state.withLock { state in
        guard !state.isClosed else { return false }
        wakeIfEmpty(state)
        state.requests.append(Request(feedback: feedback, reply: reply))
        hurry(&state)
        return true
      }
      if !isTaken { reply.resume(throwing: ServingProblem.ending) }
    }
  }

  /// Returns when everything that came before is written, or dropped.
  package func flush() async throws { _ = try await add([Feedback]()) }

  /// Writes what is there and ends.
  package func close() {
    state.withLock { state in
      state.isClosed = true
      hurry(&state)
      wake.signal()
    }
    writer.withLock { $0 }?.join()
  }

  private func wakeIfEmpty(_ state: State) {
    if state.isEmpty { wake.signal() }
  }

  private func hurry(_ state: inout State) {
    if !state.isUrgent { hurry.signal() }
    state.isUrgent = true
  }

  // MARK: The thread

  private func work() {
    while true {
      guard wake.wait(timeout: .now() + Self.pause) == .success else {
        trim()
        continue
      }
      _ = hurry.wait(timeout: .now() + Self.gathering)
      let (records, requests, isLast) = take()
      let isWritten = write(records, requests)
      if isLast { return }
      // Whoever ends does not wait a second time for a database that is away.
      if !isWritten, state.withLock({ $0.isClosed }) { break }
    }
    let (records, requests, _) = take()
    drop(records, requests)
  }

  private func take() -> (records: [LogRecord], requests: [Request], isLast: Bool) {
    state.withLock { state in
      defer {
        (state.records, state.requests) = ([], [])
        (state.bytes, state.isUrgent) = (0, false)
      }
      return (state.records, state.requests, state.isClosed)
    }
  }

  /// - Returns: whether it could be written. What could not is dropped, and what comes behind it too: a database that
  ///   is away is waited for half a minute each time.
  private func write(_ records: [LogRecord], _ requests: [Request]) -> Bool {
    guard !records.isEmpty || !requests.isEmpty else { return true }
    var rest = records[...]
    repeat {
      var bytes = 0
      let part = rest.prefix { record in
        defer { bytes += record.bytes }
        return bytes < Self.partBytes
      }
      rest = rest.dropFirst(part.count)
      // Feedback may be about any of the records, so it comes last.
      guard commit(Array(part), rest.isEmpty ? requests : []) else {
        if !rest.isEmpty { drop(Array(rest), requests) }
        return false
      }
      trim()
    } while !rest.isEmpty
    return true
  }

  /// Writes in one transaction.
  /// - Returns: false if that could not be; then it is dropped.
  private func commit(_ records: [LogRecord], _ requests: [Request]) -> Bool {
    do {
      let results = try file.write(records, requests.map(\.feedback))
      metrics.rows.increment(by: Self.rows(of: records))
      state.withLock { $0.problem = nil }
      for (request, result) in zip(requests, results) {
        if case .success(let report) = result { metrics.took(report) }
        request.reply.resume(with: result.mapError { $0 })
      }
      return true
    } catch {
      let isKnown = state.withLock { state in
        defer { state.problem = error as? Problem }
        return state.problem != nil
      }
      if !isKnown { logger?.error("log not written", metadata: ["error": "\(error)"]) }
      drop(records, requests)
      return false
    }
  }

  private func drop(_ records: [LogRecord], _ requests: [Request]) {
    let rows = Self.rows(of: records)
    metrics.dropped.increment(by: rows)
    state.withLock { $0.dropped += rows }
    for request in requests { request.reply.resume(throwing: ServingProblem.logFails) }
  }

  private static func rows(of records: [LogRecord]) -> Int {
    records.reduce(0) { $0 + $1.predictions.count }
  }

  /// Keeps the file within its size and age. What is not removed now is tried again with the next rows.
  private func trim() {
    do {
      let removed = try file.trim(
        bytes: settings.bytes - Self.journalBytes - settings.bytes / 16,
        age: Int64(settings.days * 86_400_000))
      metrics.removed(removed)
      let used = try file.usedBytes()
      state.withLock { $0.used = used }
    } catch {
      state.withLock { $0.problem = error as? Problem }
    }
  }
}
