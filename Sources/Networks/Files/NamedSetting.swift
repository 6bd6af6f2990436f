import Engine

/// The JSON form of a choice with settings: `"zeros"`, or `{"name": "constant", "value": 3}`.
///
/// Reading refuses unknown names and unknown settings and says which ones there are.
struct NamedSetting {
  /// What was chosen, in this program's spelling.
  let name: String
  /// Where it stands in the JSON, for messages.
  let location: String
  private let container: KeyedDecodingContainer<AnyKey>?

  /// - Parameters:
  ///   - choices: every name, with the names of its settings.
  ///   - aliases: other spellings of names, such as those of another framework.
  init(
    from decoder: any Decoder, kind: String, choices: [(name: String, settings: [String])],
    aliases: [String: String] = [:]
  ) throws {
    // A path of one key says too little when it is read by itself.
    let path = decoder.codingPath.place
    let isWhole = decoder.codingPath.count > 1 || path == kind
    location = isWhole ? path : path.isEmpty ? kind : "\(kind).\(path)"
    let written: String
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      (written, container) = (text, nil)
    } else {
      let object = try decoder.container(keyedBy: AnyKey.self)
      (written, container) = (try object.decode(String.self, forKey: AnyKey("name")), object)
    }
    let name = aliases[written] ?? written
    guard let choice = choices.first(where: { $0.name == name }) else {
      throw Problem.data(
        location, expected: "one of \(choices.map(\.name).joined(separator: ", "))",
        found: "\"\(written)\"")
    }
    let keys = container?.allKeys.map(\.stringValue).sorted() ?? []
    for key in keys where key != "name" && !choice.settings.contains(key) {
      let known = choice.settings.joined(separator: ", ")
      throw Problem.data(
        location, expected: known.isEmpty ? "no settings for \(name)" : "settings \(known)",
        found: "\"\(key)\"")
    }
    self.name = name
  }

  /// A number, or its default when it is not given.
  func number(_ key: String, default value: Double? = nil) throws -> Double {
    try setting(key, default: value)
  }

  /// A whole number, or its default when it is not given.
  func integer(_ key: String, default value: Int? = nil) throws -> Int {
    try setting(key, default: value)
  }

  /// A setting of any type, or its default when it is not given.
  func setting<Value: Decodable>(_ key: String, default value: Value? = nil) throws -> Value {
    if let container, container.contains(AnyKey(key)) {
      return try container.decode(Value.self, forKey: AnyKey(key))
    }
    guard let value else {
      throw Problem.data(
        location, expected: "the setting \"\(key)\" of \(name)", found: "nothing")
    }
    return value
  }
}
