import Platform
import Synchronization

/// Ctrl-C. The first asks to stop after the step; the second ends the program at once.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Has somebody asked to stop?
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// From now on Ctrl-C is a request.
  static func watch() {
    _ = isRequested  // makes the flag before a signal can come
    signal(SIGINT) { _ in
      Interruption.flag.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }
}
