import Dispatch
import Engine
import Logging
import Platform
import ServiceLifecycle

/// Looks every second which version of a model is live, and puts a new one into the slot once it has proved
/// its golden examples. One that fails leaves the old in its place, and is said once.
///
/// It does so on a thread of its own, since a database may let it wait: no answer does.
struct LiveModelWatch: Service {
  let registry: ModelRegistry
  let name: String
  let slot: ModelSlot
  let logger: Logger
  /// In seconds.
  var interval = 1.0

  func run() async throws {
    let stop = DispatchSemaphore(value: 0)
    let thread = SystemThread { follow(until: stop) }
    guard let thread else {
      throw Problem(
        .inputOutput, registry.shownPath, expected: "a thread that follows the registry",
        found: "none left", fix: "end other programs")
    }
    // Nobody waits for one that waits for a database.
    thread.detach()
    try? await gracefulShutdown()
    stop.signal()
  }

  private func follow(until stop: DispatchSemaphore) {
    var (failed, said): (Int?, String) = (nil, "")
    var pause = interval
    while stop.wait(timeout: .now() + pause) == .timedOut {
      do {
        try look(&failed)
        said = ""
      } catch {
        if "\(error)" != said {
          logger.error("live model not changed", metadata: ["error": "\(error)"])
        }
        said = "\(error)"
      }
      // A registry that cannot be read is asked less often.
      pause = said.isEmpty || failed != nil ? interval : 10 * interval
    }
  }

  private func look(_ failed: inout Int?) throws {
    guard let live = try registry.live(name), live.version != failed,
      live.version != slot.model.identity.version
    else { return }
    failed = live.version
    do { slot.swap(to: try registry.load(name, version: live.version)) } catch let problem
      as Problem
      where problem.kind == .inputOutput
    {
      // What cannot be read now may be the next time; what does not prove itself never will.
      failed = nil
      throw problem
    }
    failed = nil
    logger.notice("live model changed", metadata: ["version": "\(live.version)"])
  }
}
