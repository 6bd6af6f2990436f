import Glassbox
import Yams

/// A configuration file. JSON is read as YAML, which contains it.
enum ConfigurationFile {
  /// The largest file accepted, in bytes.
  static let limit = 1 << 20

  /// Its settings, each with its line.
  /// - Throws: `Problem` if it cannot be read or is no YAML.
  static func read(_ path: String) throws -> LocatedValue {
    let bytes = try AtomicFile.read(path, limit: limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.malformed, path, expected: "UTF-8 text", found: "other bytes")
    }
    do {
      guard let root = try Yams.compose(yaml: text) else {
        return LocatedValue(.object([:]), origin: path)
      }
      return try value(root, path, at: root.mark, depth: 0)
    } catch let error as YamlError {
      throw Self.problem(error, path)
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
    default: Problem.data(path, expected: "YAML or JSON", found: "\(error)")
    }
  }

  private static let maximumDepth = 64

  /// - Parameter mark: of its name, or of itself in a list.
  private static func value(
    _ node: Yams.Node, _ path: String, at mark: Mark?, depth: Int
  ) throws -> LocatedValue {
    let origin = mark.map { "\(path):\($0.line):\($0.column)" } ?? path
    guard depth < maximumDepth else {
      throw Problem.data(origin, expected: "at most \(maximumDepth) levels", found: "more")
    }
    let content: LocatedValue.Content
    switch node {
    case .mapping(let mapping):
      var members: [String: LocatedValue] = [:]
      for (key, value) in mapping {
        members[key.string ?? ""] = try Self.value(value, path, at: key.mark, depth: depth + 1)
      }
      content = .object(members)
    case .sequence(let sequence):
      content = .list(try sequence.map { try value($0, path, at: $0.mark, depth: depth + 1) })
    case .scalar(let scalar):
      let text = LocatedValue.Content.text(scalar.string)
      content =
        switch node.tag.description {
        case Tag.Name.null.rawValue: .null
        case Tag.Name.bool.rawValue: node.bool.map { .bool($0) } ?? text
        case Tag.Name.int.rawValue: node.int.map { .integer($0) } ?? text
        case Tag.Name.float.rawValue: node.float.map { .number($0) } ?? text
        default: text
        }
    default:
      throw Problem.data(origin, expected: "a value", found: "an alias")
    }
    return LocatedValue(content, origin: origin)
  }
}
