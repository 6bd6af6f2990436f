import Engine
import Synchronization

/// The playgrounds that pages have open.
final class OpenPlaygrounds: Sendable {
  private let open = Mutex<[(id: String, host: PlaygroundHost)]>([])
  /// Who opens one more closes the oldest.
  private static let most = 16

  /// - Returns: its name.
  func add(_ host: PlaygroundHost) async -> String {
    let id = StudioServer.token()
    let oldest = open.withLock { open -> PlaygroundHost? in
      open.append((id, host))
      return open.count > Self.most ? open.removeFirst().host : nil
    }
    await oldest?.close()
    return id
  }

  /// - Throws: `Problem` if there is none of this name.
  subscript(id: String) -> PlaygroundHost {
    get throws {
      guard let host = open.withLock({ $0.first { $0.id == id }?.host }) else {
        throw Problem.data(
          "playground", expected: "one that is open", found: "`\(id)`",
          fix: "load the page again; at most \(Self.most) are open at a time")
      }
      return host
    }
  }

  func close(_ id: String) async {
    let host = open.withLock { open -> PlaygroundHost? in
      open.firstIndex { $0.id == id }.map { open.remove(at: $0).host }
    }
    await host?.close()
  }
}
