import Formatting
import Glassbox

/// Shows on standard error how far work has come that takes longer than two seconds: a bar on a terminal,
/// and once, wherever it goes, how long it takes if that is minutes.
final class WorkProgress {
  private let name: String
  private let isQuiet: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// When it was told first how much is done, and how much that was: what went before is no measure.
  private var first: (done: Int, at: ContinuousClock.Instant)?
  private var drawn: ContinuousClock.Instant?
  private var hasEstimated = false

  private static let patience = Duration.seconds(2)
  private static let long = 60.0

  /// - Parameter name: what is done, `tracing`.
  init(_ name: String, isQuiet: Bool) {
    (self.name, self.isQuiet) = (name, isQuiet)
    start = clock.now
  }

  func show(_ done: Int, _ count: Int) {
    guard !isQuiet, done > 0 else { return }
    let now = clock.now
    guard let first else { return first = (done, now) }
    let passed = start.duration(to: now)
    guard passed >= Self.patience, done > first.done else { return }
    let measured = first.at.duration(to: now).inSeconds
    let left = measured / Double(done - first.done) * Double(count - done)
    if !hasEstimated {
      hasEstimated = true
      if left >= Self.long {
        let minutes = Int((left / 60).rounded(.up))
        StandardError.write(
          "\(name) takes about \(minutes) minute\(minutes == 1 ? "" : "s"): "
            + "\(done.grouped) of \(count.grouped) done in \(clockText(passed.inSeconds))\n")
      }
    }
    guard StandardError.isTerminal else { return }
    if let drawn, drawn.duration(to: now) < .milliseconds(100) { return }
    drawn = now
    let line =
      "\(name) \(barText(Double(done) / Double(count))) "
      + "\(done.grouped) of \(count.grouped) \(clockText(left)) left"
    StandardError.replaceLine(line.prefix(StandardError.width - 1))
  }

  /// Takes the bar away, so that results stand alone.
  func end() { if drawn != nil { StandardError.replaceLine("") } }
}
