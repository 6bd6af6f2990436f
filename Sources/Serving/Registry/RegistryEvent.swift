/// One line of a model's log: what was done to a version, when, by whom and why. The log is only ever added
/// to, and what is true of a version follows from it alone.
public struct RegistryEvent: Codable, Sendable, Hashable {
  /// What was done.
  public enum Action: String, Codable, Sendable, CaseIterable {
    /// A new version, a candidate.
    case register
    /// It became the live one; the one before retired.
    case promote
    /// It became the live one again, instead of a newer one, which retired.
    case rollback
    /// Its sealed test rows were read once more, to compare others with it.
    case test
  }

  /// The version of this layout.
  public private(set) var format = 1
  /// In Coordinated Universal Time, such as `2026-11-26T21:10:05Z`.
  public var time: String
  /// Who did it.
  public var who: String
  /// What was done.
  public var action: Action
  /// To which version.
  public var version: Int
  /// SHA-256 of its model file.
  public var hash: String
  /// Why, in the words of who did it; empty for nothing said.
  public var why: String
  /// Where the version came from; nil for other actions.
  public var source: String?
  /// SHA-256 of which test rows were read; nil for other actions.
  public var testPart: String?

  private enum CodingKeys: String, CodingKey {
    case format, time, who, action, version, hash, why, source
    case testPart = "test_part"
  }

  init(
    time: String, who: String, action: Action, version: Int, hash: String, why: String,
    source: String? = nil, testPart: String? = nil
  ) {
    (self.time, self.who, self.action, self.version) = (time, who, action, version)
    (self.hash, self.why, self.source, self.testPart) = (hash, why, source, testPart)
  }
}

/// A version of a model as its log tells it.
public struct RegisteredVersion: Codable, Sendable, Hashable {
  /// What it is for now.
  public enum Stage: String, Codable, Sendable, CaseIterable {
    /// Never live yet.
    case candidate
    /// What servers answer with.
    case live
    /// Was live.
    case retired
  }

  /// Counted from 1.
  public var version: Int
  /// What it is for now.
  public var stage: Stage
  /// SHA-256 of its model file.
  public var hash: String
  /// When it was registered, in Coordinated Universal Time.
  public var registered: String
  /// Where it came from.
  public var source: String

  /// The versions that a log tells of, the oldest first.
  static func all(of log: [RegistryEvent]) -> [RegisteredVersion] {
    var versions: [RegisteredVersion] = []
    for event in log {
      switch event.action {
      case .register:
        versions.append(
          RegisteredVersion(
            version: event.version, stage: .candidate, hash: event.hash, registered: event.time,
            source: event.source ?? ""))
      case .promote, .rollback:
        for place in versions.indices {
          if versions[place].version == event.version {
            versions[place].stage = .live
          } else if versions[place].stage == .live {
            versions[place].stage = .retired
          }
        }
      case .test: break
      }
    }
    return versions
  }
}
