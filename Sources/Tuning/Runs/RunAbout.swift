import Engine
import Networks
import Platform
import Training

/// What people say of a run, and how often they compared it: the file `about.json` in its folder.
struct RunAbout: Codable, Sendable, Hashable {
  var formatVersion = 1
  /// In alphabetical order, each once.
  var tags: [String] = []
  var note: String?
  /// How many times the run was compared with others on its test rows, after its own training scored them.
  var testComparisons: Int?

  private enum CodingKeys: String, CodingKey {
    case tags, note
    case formatVersion = "format_version"
    case testComparisons = "test_comparisons"
  }

  private static let version = 1
  private static let longestTag = 64
  private static let longestNote = 10_000

  init() {}

  /// - Throws: `Problem` for a file that cannot be read, or of a newer version.
  init(of folder: RunFolder) throws {
    self.init()
    guard folder.has(.about) else { return }
    let file = folder[.about]
    let bytes = try AtomicFile.read(file, limit: 1 << 20)
    self = try JSONText.decode(
      RunAbout.self, from: String(decoding: bytes, as: UTF8.self), at: file)
    guard formatVersion <= Self.version else {
      throw Problem(
        .malformed, file, expected: "version \(Self.version) or older",
        found: "version \(formatVersion)", fix: "install a newer glassbox")
    }
  }

  /// Changes what is said of a run; two that do so at once take turns.
  /// - Throws: `Problem` for a file that cannot be read or written.
  @discardableResult static func change(
    of folder: RunFolder, _ body: (inout RunAbout) throws -> Void
  ) throws -> RunAbout {
    // The run's own lock is held by its training, meanwhile people may say what they like.
    let descriptor = SystemCall.retrying { open(folder.path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw Problem.system(errno, .reading, folder.path) }
    defer { close(descriptor) }
    // A file system without locks is used without them.
    _ = SystemCall.lock(descriptor, waits: true)
    let before = try RunAbout(of: folder)
    var about = before
    try body(&about)
    if about != before { try folder.write(about, to: .about) }
    return about
  }

  mutating func add(_ added: [String]) throws {
    for tag in added {
      guard !tag.isEmpty, tag.count <= Self.longestTag, tag.trimmed == tag,
        !tag.contains(where: { $0 == "," || $0.isNewline })
      else {
        throw Problem.data(
          "tag",
          expected: "1 to \(Self.longestTag) characters without a comma, and no space at an end",
          found: "\"\(tag)\"")
      }
    }
    tags = Set(tags + added).sorted()
  }

  /// - Throws: `Problem` for a tag that is not there.
  mutating func remove(_ removed: [String]) throws {
    if let unknown = removed.first(where: { !tags.contains($0) }) {
      guard !tags.isEmpty else {
        throw Problem.data("tag", expected: "a tag of the run", found: "none, the run has no tags")
      }
      throw Problem.unknown("tag", unknown, among: tags)
    }
    tags.removeAll { removed.contains($0) }
  }

  /// - Parameter text: an empty one takes the note away.
  mutating func set(note text: String) throws {
    guard text.count <= Self.longestNote else {
      throw Problem.data(
        "note", expected: "at most \(Self.longestNote) characters", found: "\(text.count)")
    }
    note = text.isEmpty ? nil : text
  }
}
