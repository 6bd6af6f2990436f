import Engine

/// Which runs are listed, and in what order.
public struct RunQuery: Sendable, Hashable {
  /// What comes first.
  public enum Order: String, Sendable, CaseIterable {
    /// The one that was written last.
    case time
    case name
    /// The best; those of one metric together, and those without a score last.
    case score
    /// The one with the most epochs.
    case epochs
    /// The one that learned longest.
    case seconds
  }

  /// Somewhere in its name, data, target, tags or note, in any case.
  public var text: String?
  /// All of which it has.
  public var tags: [String] = []
  /// A part of the path of its data, in any case.
  public var data: String?
  /// One of which it is in; empty for any.
  public var states: [RunSummary.State] = []
  public var order = Order.time

  /// All runs, the newest first.
  public init() {}

  func holds(_ run: RunSummary) -> Bool {
    func has(_ part: String, _ text: String?) -> Bool {
      text?.lowercased().contains(part.lowercased()) ?? false
    }
    if let text,
      !([run.name, run.data, run.target, run.note] + run.tags).contains(where: { has(text, $0) })
    {
      return false
    }
    if let data, !has(data, run.data) { return false }
    return tags.allSatisfy { run.tags.contains($0) }
      && (states.isEmpty || states.contains(run.state))
  }

  func sorted(_ runs: [RunSummary]) -> [RunSummary] {
    runs.sorted { a, b in
      switch order {
      case .name: break
      case .time: if a.milliseconds != b.milliseconds { return a.milliseconds > b.milliseconds }
      case .epochs: if a.epochs != b.epochs { return a.epochs > b.epochs }
      case .seconds: if a.seconds != b.seconds { return a.seconds > b.seconds }
      case .score:
        guard let one = a.score, let other = b.score else {
          if (a.score == nil) != (b.score == nil) { return a.score != nil }
          break
        }
        if one.name != other.name { return one.name < other.name }
        // What is not a number is worse than any.
        if one.value.isNaN != other.value.isNaN { return other.value.isNaN }
        if one.value != other.value, !one.value.isNaN {
          return one.largerIsBetter == (one.value > other.value)
        }
      }
      return a.name < b.name
    }
  }
}
