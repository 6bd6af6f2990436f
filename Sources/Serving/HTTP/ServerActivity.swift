import NIOCore
import ServiceLifecycle
import Synchronization

/// How many requests are answered now, and whether the server is ending.
///
/// As a service it is the first to be told that the server shall end: from then on `/readyz` says so, while
/// requests are still taken until whoever sends them has noticed. Then nobody new is let in, and who has been let
/// in is accepted.
final class ServerActivity: Service {
  private let active = Atomic<Int>(0)
  private let ending = Atomic<Bool>(false)
  /// Whether somebody asks if the server is ready, and so has to learn that it is not.
  private let watched = Atomic<Bool>(false)

  /// Once the server listens.
  private let listening = Mutex<ListeningQueue?>(nil)

  /// Long enough for a balancer that asks every second.
  private static let notice = Duration.seconds(1)

  var isEnding: Bool { ending.load(ordering: .relaxed) }
  var count: Int { active.load(ordering: .relaxed) }

  /// Somebody asks whether the server is ready.
  func isReady() -> Bool {
    watched.store(true, ordering: .relaxed)
    return !isEnding
  }

  /// The server listens.
  func listens(on channel: any Channel) {
    listening.withLock { $0 = ListeningQueue(channel: channel) }
  }

  func begin() { active.wrappingAdd(1, ordering: .relaxed) }
  func end() { active.wrappingSubtract(1, ordering: .relaxed) }

  func run() async throws {
    try? await gracefulShutdown()
    ending.store(true, ordering: .relaxed)
    let end = ContinuousClock.now + Self.notice
    while count > 0 || watched.load(ordering: .relaxed), ContinuousClock.now < end {
      try? await Task.sleep(for: .milliseconds(20))
    }
    // When this returns, the socket is closed.
    await listening.withLock { $0 }?.drain()
  }
}
