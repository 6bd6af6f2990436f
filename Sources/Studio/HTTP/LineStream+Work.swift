import Hummingbird
import Networks
import Serving

extension LineStream {
  /// Work that takes its time: a line `{"done": 12, "of": 400}` now and then, and at the end what was made.
  /// The work ends when its reader goes.
  /// - Parameter work: tells how far it is; what that throws ends it.
  /// - Throws: what the work throws before it has told anything.
  static func response<Made: Encodable & Sendable>(
    _ context: ServingContext,
    of work: @escaping @Sendable (_ tell: (_ done: Int, _ of: Int) throws -> Void) throws -> Made
  ) async throws -> Response {
    let (lines, writer) = AsyncThrowingStream.makeStream(of: [UInt8].self)
    let task = Task(executorPreference: globalConcurrentExecutor) {
      do {
        var told: ContinuousClock.Instant?
        let made = try work { done, count in
          guard context.isWanted, !Task.isCancelled else { throw CancellationError() }
          let now = ContinuousClock.now
          // More often than one reads would only cost time.
          if let told, now - told < .milliseconds(100) { return }
          told = now
          writer.yield(try JSONText.bytes(of: ["done": done, "of": count]))
        }
        writer.yield(try JSONText.bytes(of: made))
        writer.finish()
      } catch { writer.finish(throwing: error) }
    }
    writer.onTermination = { _ in task.cancel() }
    var first: [UInt8]?
    for try await line in lines {
      first = line
      break
    }
    return response { [first] stream in
      if let first { try await stream.write(first) }
      for try await line in lines { try await stream.write(line) }
    }
  }
}
