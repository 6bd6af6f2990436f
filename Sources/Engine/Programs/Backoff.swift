import Platform

/// When the helpers of a pool shall rest: others want the machine's cores, so that helpers are put
/// aside in the middle of their chunks, or push the caller itself off its core.
///
/// Each rest that turns out to have been too short is followed by one twice as long, up to a second; so
/// a busy machine costs a few percent, and a core that becomes free is used again within a second.
struct Backoff {
  private static let shortest = Duration.milliseconds(10)
  private static let longest = Duration.seconds(1)
  /// How often the system is asked whether the caller was pushed off its core.
  private static let period = Duration.milliseconds(1)

  private var length = Backoff.shortest
  private var end = ContinuousClock.now
  private var asked = ContinuousClock.now
  private var switches = Usage.involuntarySwitches

  /// Is it time to ask the helpers again?
  mutating func ends() -> Bool {
    let now = ContinuousClock.now
    guard now >= end else { return false }
    (asked, switches) = (now, Usage.involuntarySwitches)
    return true
  }

  /// Asked after each step with helpers.
  ///
  /// - Parameter isLate: did the caller wait long for a chunk that a helper had begun?
  mutating func begins(isLate: Bool, now: ContinuousClock.Instant) -> Bool {
    guard isLate || now - asked > Self.period else { return false }
    let before = switches
    switches = Usage.involuntarySwitches
    let wasAway = now - asked > Self.period * 20  // between two runs
    asked = now
    guard isLate || (switches > before && !wasAway) else { return false }
    length = now - end < length * 4 ? min(length * 2, Self.longest) : Self.shortest
    end = ContinuousClock.now + length
    return true
  }
}
