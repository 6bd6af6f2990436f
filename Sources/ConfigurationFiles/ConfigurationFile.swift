import Engine
import Networks
package import Training
import Yams

/// A configuration file. JSON is read as YAML, which contains it.
package enum ConfigurationFile {
  /// The largest file accepted, in bytes.
  static let limit = 1 << 20

  /// Its settings, each with its line.
  /// - Throws: `Problem` if it cannot be read or is no YAML.
  package static func read(_ path: String) throws -> LocatedValue {
    try read(AtomicFile.read(path, limit: limit), path)
  }

  /// The same for the bytes of a file.
  package static func read(_ bytes: [UInt8], _ path: String) throws -> LocatedValue {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.malformed, path, expected: "UTF-8 text", found: "other bytes")
    }
    // The parser already compares names, which may be aliases, part by part.
    guard AliasExpansion(of: text).count <= maximumCount else { throw tooMany(path) }
    do {
      // The parser's own choice of an encoding depends on a variable of the environment.
      guard let root = try Yams.compose(yaml: text, .default, .default, .utf8) else {
        return LocatedValue(.object([:]), origin: path)
      }
      var reading = Reading(path: path)
      return try reading.value(root, at: root.mark, depth: 0)
    } catch let error as YamlError {
      throw problem(error, path)
    }
  }

  /// What the reader of YAML found, at its line; its own text repeats the line and draws an arrow.
  private static func problem(_ error: YamlError, _ path: String) -> Problem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Problem.data(
        "\(path):\(mark.line):\(mark.column)", expected: "YAML or JSON",
        found: "no more of it here (\(problem))",
        fix: "check the brackets, quotes and spaces before this place")
    default:
      Problem.data(path, expected: "YAML or JSON", found: "\("\(error)".prefix(400))")
    }
  }

  /// The deepest levels accepted.
  private static let maximumDepth = 64
  /// The most values accepted. An alias stands for all that it repeats, so a few lines can say more
  /// than any memory holds.
  private static let maximumCount = 100_000

  private static func tooMany(_ place: String) -> Problem {
    Problem.data(
      place, expected: "at most \(maximumCount) values, those that aliases repeat included",
      found: "more")
  }

  /// Turns nodes into values, and counts them.
  private struct Reading {
    let path: String
    private var count = 0

    init(path: String) { self.path = path }

    /// - Parameter mark: of its name, or of itself in a list.
    mutating func value(
      _ node: Yams.Node, at mark: Mark?, depth: Int
    ) throws -> LocatedValue {
      let origin = mark.map { "\(path):\($0.line):\($0.column)" } ?? path
      count += 1
      guard count <= maximumCount else { throw tooMany(origin) }
      guard depth < maximumDepth else {
        throw Problem.data(origin, expected: "at most \(maximumDepth) levels", found: "more")
      }
      let content: LocatedValue.Content
      switch node {
      case .mapping(let mapping):
        var members: [String: LocatedValue] = [:]
        for (key, value) in mapping {
          members[key.string ?? ""] = try self.value(value, at: key.mark, depth: depth + 1)
        }
        content = .object(members)
      case .sequence(let sequence):
        content = .list(try sequence.map { try value($0, at: $0.mark, depth: depth + 1) })
      case .scalar(let scalar):
        let text = LocatedValue.Content.text(scalar.string)
        content =
          switch node.tag.description {
          case Tag.Name.null.rawValue: .null
          case Tag.Name.bool.rawValue: node.bool.map { .bool($0) } ?? text
          // Colons are no numbers to base 60, which YAML 1.2 no longer has; the reader of them traps
          // when they are too large.
          case Tag.Name.int.rawValue where !scalar.string.contains(":"):
            node.int.map { .integer($0) } ?? text
          case Tag.Name.float.rawValue where !scalar.string.contains(":"):
            node.float.map { .number($0) } ?? text
          default: text
          }
      default:
        throw Problem.data(origin, expected: "a value", found: "an alias")
      }
      return LocatedValue(content, origin: origin)
    }
  }
}
