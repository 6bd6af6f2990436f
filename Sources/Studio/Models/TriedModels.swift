import Engine
import Serving
import Synchronization

/// The models that pages try by hand.
final class TriedModels: Sendable {
  private let open = Mutex<[(id: String, model: TriedModel)]>([])
  /// Who tries one more closes the oldest.
  private static let most = 8

  /// - Returns: its name.
  func add(_ model: TriedModel) -> String {
    let id = StudioServer.token()
    let oldest = open.withLock { open -> TriedModel? in
      open.append((id, model))
      return open.count > Self.most ? open.removeFirst().model : nil
    }
    // Its threads end here, outside of the lock.
    _ = oldest
    return id
  }

  /// - Throws: `Problem` if there is none of this name.
  subscript(id: String) -> TriedModel {
    get throws {
      guard let model = open.withLock({ $0.first { $0.id == id }?.model }) else {
        throw Problem.data(
          "model", expected: "one that is tried", found: "`\(id)`",
          fix: "choose it again; at most \(Self.most) are tried at a time")
      }
      return model
    }
  }
}
