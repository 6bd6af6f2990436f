import Engine
import Synchronization

/// What pages have open: playgrounds, models that look at pictures, models that are tried.
final class OpenHosts<Host: Sendable>: Sendable {
  private let open = Mutex<[(id: String, host: Host)]>([])
  /// What messages call one.
  private let word: String
  /// Who opens one more closes the oldest.
  private let most: Int
  private let end: @Sendable (Host) async -> Void

  /// - Parameter end: ends what goes on in one that is closed.
  init(
    _ word: String, most: Int = 16, end: @escaping @Sendable (Host) async -> Void = { _ in }
  ) {
    (self.word, self.most, self.end) = (word, most, end)
  }

  /// - Returns: its name.
  func add(_ host: Host) async -> String {
    let id = StudioServer.token()
    let oldest = open.withLock { open -> Host? in
      open.append((id, host))
      return open.count > most ? open.removeFirst().host : nil
    }
    if let oldest { await end(oldest) }
    return id
  }

  /// - Throws: `Problem` if there is none of this name.
  subscript(id: String) -> Host {
    get throws {
      guard let host = open.withLock({ $0.first { $0.id == id }?.host }) else {
        throw Problem.data(
          word, expected: "one that is open", found: "`\(id)`",
          fix: "load the page again; at most \(most) are open at a time")
      }
      return host
    }
  }

  func close(_ id: String) async {
    let host = open.withLock { open -> Host? in
      open.firstIndex { $0.id == id }.map { open.remove(at: $0).host }
    }
    if let host { await end(host) }
  }
}
