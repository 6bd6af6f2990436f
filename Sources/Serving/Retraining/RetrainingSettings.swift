import Engine

/// How a live model is trained again.
public struct RetrainingSettings: Codable, Sendable, Hashable {
  /// The share of the labelled rows that the live version has not learned from which is kept back, the
  /// newest, to compare models with.
  public var recentShare = 0.3
  /// A difference that chance makes more seldom than this is called one.
  public var level = 0.05
  /// Decides which rows the bootstrap draws; the training's own seed is that of the live version.
  public var seed: UInt64 = 1
  /// Whether a challenger that is better becomes the live version.
  public var isPromoting = false
  /// Whether to go on without the old training data where these are missing or were changed.
  public var isWithoutOldData = false
  /// Sources whose feedback is not used.
  public var withoutSources: [String] = []
  /// How many threads train; nil takes as many as the live version's run. Changes no bit.
  public var threads: Int?

  /// The usual ones.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case level, seed, threads
    case recentShare = "recent_share"
    case isPromoting = "promote"
    case isWithoutOldData = "without_old_data"
    case withoutSources = "without_source"
  }

  /// - Throws: `Problem` for numbers out of range.
  func check() throws {
    guard recentShare > 0, recentShare < 1 else {
      throw Problem.data(
        "recent_share", expected: "a number above 0 and below 1", found: "\(recentShare)")
    }
    guard level > 0, level < 1 else {
      throw Problem.data("level", expected: "a number above 0 and below 1", found: "\(level)")
    }
  }
}
