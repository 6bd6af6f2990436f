import Engine
import Logging
import ServiceLifecycle

/// Looks every second which version of a model is live, and puts a new one into the slot once it has proved
/// its golden examples. One that fails leaves the old in its place, and is said once.
struct LiveModelWatch: Service {
  let registry: ModelRegistry
  let name: String
  let slot: ModelSlot
  let logger: Logger
  var interval = Duration.seconds(1)

  func run() async throws {
    var failed: Int?
    var said = ""
    while await Self.sleep(interval) {
      do {
        guard let live = try registry.live(name), live.version != failed,
          live.version != slot.model.identity.version
        else { continue }
        failed = live.version
        slot.swap(to: try registry.load(name, version: live.version))
        failed = nil
        logger.notice("live model changed", metadata: ["version": "\(live.version)"])
      } catch {
        if "\(error)" != said {
          logger.error("live model not changed", metadata: ["error": "\(error)"])
        }
        said = "\(error)"
      }
    }
  }

  /// Whether there is more to do after a while.
  private static func sleep(_ interval: Duration) async -> Bool {
    await cancelWhenGracefulShutdown { (try? await Task.sleep(for: interval)) != nil }
  }
}
