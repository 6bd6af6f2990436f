import Foundation
import Logging
import ServiceLifecycle
import TestSupport

@testable import Studio

/// A studio on a free port of this machine, for as long as a test runs.
struct RunningStudio: Sendable {
  /// With the token, as the command prints it.
  let address: String
  let port: Int
  let token: String

  static func with<Value: Sendable>(
    folder: String = "/nonexistent", studies: String = "/nonexistent",
    models: String = "/nonexistent", start: PlaygroundSettings? = nil,
    readers: StudioReaders = StudioReaders(),
    _ body: @escaping @Sendable (RunningStudio) async throws -> Value
  ) async throws -> Value {
    let (addresses, address) = AsyncStream.makeStream(of: String.self)
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let server = try StudioServer(
      folder: folder, studies: studies, models: models, start: start, port: 0, readers: readers,
      logger: logger
    ) { address.yield($0) }
    let group = ServiceGroup(services: [server], logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var iterator = addresses.makeAsyncIterator()
      let address = await iterator.next()!
      let parts = address.split(whereSeparator: { ":/#=".contains($0) })
      let studio = RunningStudio(
        address: address, port: Int(parts[2])!, token: String(parts[4]))
      let outcome: Result<Value, any Error>
      do { outcome = .success(try await body(studio)) } catch { outcome = .failure(error) }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      return try outcome.get()
    }
  }

  func ask(
    _ method: String, _ path: String, _ body: String = "", token: String? = nil
  ) async throws -> RawClient.Answer {
    try await RawClient.request(
      method, path, ["Authorization": "Bearer \(token ?? self.token)"], body: Array(body.utf8),
      port: port)
  }

  /// Opens a playground.
  /// - Returns: its name.
  func open(_ settings: String) async throws -> String {
    let answer = try await ask("POST", "/api/playgrounds", settings)
    guard let id = answer.json["id"] as? String else { throw Refused(text: answer.text) }
    return id
  }

  struct Refused: Error { let text: String }
}
