import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Serving

/// A server that ends under load answers everybody whose connection was taken.
@Suite struct EndingTests {
  private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  private final class Counts: Sendable {
    let answered = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
  }

  @Test func newConnectionsAreAnsweredOrRefused() async throws {
    var settings = ServingSettings()
    (settings.port, settings.threads) = (0, 1)
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let server = try ModelServer(
      ModelSlot(try RunningServer.table()), settings: settings, logger: Self.quiet
    ) { port.yield($1) }
    let group = ServiceGroup(services: [server], logger: Self.quiet)
    let counts = Counts()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = ports.makeAsyncIterator()
      let port = await iterator.next()!
      for _ in 0..<12 {
        tasks.addTask {
          // One connection after the other until there is no server any more.
          while true {
            do {
              let answer = try await RawClient.post("/predict", json: #"[3,7,"art"]"#, port: port)
              #expect(answer.status == 200, "\(answer.text)")
              counts.answered.wrappingAdd(1, ordering: .relaxed)
            } catch is RawClient.Failure {
              counts.refused.wrappingAdd(1, ordering: .relaxed)
              return
            }
          }
        }
      }
      while counts.answered.load(ordering: .relaxed) < 200 {
        try await Task.sleep(for: .milliseconds(5))
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    #expect(counts.refused.load(ordering: .relaxed) == 12)
  }
}
