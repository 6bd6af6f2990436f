import Platform
import Synchronization

/// Ctrl-C. The first asks to stop after the step; the second ends the program at once.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  /// Has somebody asked to stop?
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// From now on Ctrl-C, or another signal that is given, is a request.
  static func watch(_ signals: [Int32] = [SIGINT]) {
    _ = isRequested  // makes the flag before a signal can come
    for number in signals {
      signal(number) { number in
        Interruption.flag.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
