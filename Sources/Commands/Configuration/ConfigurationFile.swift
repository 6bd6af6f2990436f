import Glassbox
import Yams

/// A configuration file's settings, and where each stands in it. JSON is read as YAML, which contains
/// it.
struct ConfigurationFile {
  let settings: [String: JSONValue]
  let path: String
  private let marks: [String: Mark]

  /// The largest file accepted, in bytes.
  static let limit = 1 << 20

  /// - Throws: `Problem` if it cannot be read, `Problem` if it is no list of settings.
  init(path: String) throws {
    self.path = path
    let bytes = try AtomicFile.read(path, limit: Self.limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(.malformed, path, expected: "UTF-8 text", found: "other bytes")
    }
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Problem.data(path, expected: "YAML or JSON", found: "\(error)")
    }
    guard let root else {
      (settings, marks) = ([:], [:])
      return
    }
    guard case .mapping(let mapping) = root else {
      throw Problem.data(
        Self.place(path, root.mark), expected: "settings, one `name: value` a line",
        found: "something else")
    }
    var settings: [String: JSONValue] = [:]
    var marks: [String: Mark] = [:]
    for (key, value) in mapping {
      let name = key.string ?? ""
      settings[name] = try Self.value(value, path, name, &marks, depth: 0)
      marks[name] = key.mark
    }
    (self.settings, self.marks) = (settings, marks)
  }

  /// `file:line:column` of a setting, `network[1].units` for one inside another; of what is around it
  /// if it does not stand there itself.
  func location(of setting: String) -> String {
    var known = setting[...]
    while marks[String(known)] == nil, let end = known.lastIndex(where: { ".[".contains($0) }) {
      known = known[..<end]
    }
    return Self.place(path, marks[String(known)])
  }

  private static func place(_ path: String, _ mark: Mark?) -> String {
    mark.map { "\(path):\($0.line):\($0.column)" } ?? path
  }

  private static let maximumDepth = 64

  private static func value(
    _ node: Yams.Node, _ path: String, _ name: String, _ marks: inout [String: Mark], depth: Int
  ) throws -> JSONValue {
    guard depth < maximumDepth else {
      throw Problem.data(
        place(path, node.mark), expected: "at most \(maximumDepth) levels", found: "more")
    }
    switch node {
    case .mapping(let mapping):
      var members: [String: JSONValue] = [:]
      for (key, value) in mapping {
        let inner = "\(name).\(key.string ?? "")"
        marks[inner] = key.mark
        members[key.string ?? ""] = try Self.value(value, path, inner, &marks, depth: depth + 1)
      }
      return .object(members)
    case .sequence(let sequence):
      return .list(
        try sequence.enumerated().map { place, item in
          let inner = "\(name)[\(place)]"
          marks[inner] = item.mark
          return try value(item, path, inner, &marks, depth: depth + 1)
        })
    case .scalar(let scalar):
      switch node.tag.description {
      case Tag.Name.null.rawValue: return .null
      case Tag.Name.bool.rawValue: return node.bool.map(JSONValue.bool) ?? .text(scalar.string)
      case Tag.Name.int.rawValue: return node.int.map(JSONValue.integer) ?? .text(scalar.string)
      case Tag.Name.float.rawValue: return node.float.map(JSONValue.number) ?? .text(scalar.string)
      default: return .text(scalar.string)
      }
    default:
      throw Problem.data(place(path, node.mark), expected: "a value", found: "an alias")
    }
  }
}
