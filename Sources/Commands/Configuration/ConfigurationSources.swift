import Glassbox

/// Where settings come from. Flags count more than the environment, that more than the file, that
/// more than the defaults.
struct ConfigurationSources {
  var file: ConfigurationFile?
  var environment: [String: String] = [:]
  var flags: [String: JSONValue] = [:]

  private struct Given {
    var value: JSONValue
    var location: String
    var isFlag = false
  }

  /// One configuration of all of them.
  /// - Throws: `Problem`, all of them together, for unknown names and values that cannot be used.
  func configuration() throws -> RunConfiguration {
    var problems: [Problem] = []
    var given = settings(&problems)
    chooseNetwork(&given, &problems)
    // The file's hash is that of the file's model.
    if given["from"]?.isFlag == true { given["from_sha256"] = nil }
    if let schedule = given["schedule"] {
      let epochs = given["epochs"]?.value
      given["schedule"]?.value = Self.expanded(schedule.value, epochs: epochs)
    }
    for (name, setting) in given.sorted(by: { $0.key < $1.key }) {
      problems +=
        SettingCheck(name: name, value: setting.value) { [file] path in
          // A setting of the file has its own line; flags and variables have none.
          file?.location(of: name) == setting.location
            ? file!.location(of: path) : setting.location
        }.problems
    }
    try Problem.throwIfAny(problems)
    let all = try JSONText.encode(given.mapValues(\.value))
    let configuration = try JSONText.decode(
      RunConfiguration.self, from: all, at: "configuration")
    try configuration.check()
    return configuration
  }

  private static let names = RunConfiguration.Key.allCases.map(\.rawValue)

  private func settings(_ problems: inout [Problem]) -> [String: Given] {
    var given: [String: Given] = [:]
    for (name, value) in (file?.settings ?? [:]).sorted(by: { $0.key < $1.key }) {
      let location = file!.location(of: name)
      guard Self.names.contains(name) else {
        problems.append(Self.unknown(name, among: Self.names, at: location))
        continue
      }
      if value != .null { given[name] = Given(value: value, location: location) }
    }
    for name in Self.names {
      let variable = "GLASSBOX_\(name.uppercased())"
      guard let text = environment[variable], !text.isEmpty else { continue }
      given[name] = Given(value: Self.value(of: name, written: text), location: variable)
    }
    for (name, value) in flags {
      let flag = "--" + String(name.map { $0 == "_" ? "-" : $0 })
      given[name] = Given(value: value, location: flag, isFlag: true)
    }
    return given
  }

  /// A flag that describes a network replaces the file's network, if it can.
  private func chooseNetwork(_ given: inout [String: Given], _ problems: inout [Problem]) {
    guard let network = given["network"], case .list = network.value else { return }
    if given["hidden"]?.isFlag == true {
      given["network"] = nil
      return
    }
    for name in ["activation", "dropout"] where given[name]?.isFlag == true {
      problems.append(
        Problem.data(
          given[name]!.location, expected: "no such flag beside a network given as layers",
          found: "one", fix: "change the layers at \(network.location), or add --hidden"))
    }
  }

  static func unknown(_ name: String, among known: [String], at location: String) -> Problem {
    let nearest = nearestName(to: name, among: known).map { "write `\($0)`" }
    return Problem.data(
      location, expected: "a known setting", found: "`\(name)`",
      fix: nearest ?? "the settings are " + known.sorted().joined(separator: ", "))
  }

  // MARK: Values

  /// A setting's value as text: `128,64` for lists, `step:every=5,factor=0.5` for schedules.
  static func value(of name: String, written text: String) -> JSONValue {
    if text.hasPrefix("{") || text.hasPrefix("["),
      let value = try? JSONText.decode(JSONValue.self, from: text, at: name)
    {
      return value
    }
    switch name {
    case "freeze" where text.contains(","):
      return .list(text.split(separator: ",").map { .text(String($0).trimmed) })
    case "hidden", "ignore":
      let parts = text.split(separator: ",").map { String($0).trimmed }
      return .list(
        parts.map { name == "ignore" ? .text($0) : JSONValue(written: $0) })
    case "class_weights" where text.contains(","):
      return .list(text.split(separator: ",").map { JSONValue(written: String($0).trimmed) })
    case "schedule": return schedule(text)
    case "augment" where !["usual", "none", ""].contains(text): return members(text) ?? .text(text)
    case "sequence" where text.contains("="): return members(text) ?? .text(text)
    case "sequence": return .text(text)
    case "data", "target", "split", "name", "from", "from_sha256", "output", "kernels", "scaling":
      return .text(text)
    default: return JSONValue(written: text)
    }
  }

  private static func schedule(_ text: String) -> JSONValue {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, case .object(var members)? = members(parts[1]) else {
      return .text(text)
    }
    members["name"] = .text(parts[0])
    return .object(members)
  }

  /// `every=5,factor=0.5`; a name alone is true; nil for a part without a name.
  private static func members(_ text: String) -> JSONValue? {
    var members: [String: JSONValue] = [:]
    for setting in text.split(separator: ",") {
      let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { String($0).trimmed }
      guard !pair[0].isEmpty else { return nil }
      members[pair[0]] = pair.count == 2 ? JSONValue(written: pair[1]) : .bool(true)
    }
    return .object(members)
  }

  /// A schedule by its name alone gets settings that suit the number of epochs.
  private static func expanded(_ value: JSONValue, epochs: JSONValue?) -> JSONValue {
    guard case .text(let name) = value else { return value }
    var count = 50
    if case .integer(let given) = epochs { count = max(1, given) }
    switch name {
    case "cosine": return .object(["name": value, "over": .integer(count)])
    case "step":
      return .object([
        "name": value, "every": .integer(max(1, count / 3)), "factor": .number(0.1),
      ])
    case "exponential":
      return .object(["name": value, "every": .integer(1), "factor": .number(0.95)])
    case "plateau":
      return .object([
        "name": value, "patience": .integer(4), "factor": .number(0.5),
      ])
    default: return value
    }
  }
}

extension String {
  /// Without spaces around it.
  var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
