import Engine
package import Networks

/// Where the settings of a run come from. What is said last counts more than the environment, that more
/// than the file, that more than the defaults.
package struct ConfigurationSources: Sendable {
  /// The content of a configuration file.
  package var file: LocatedValue?
  /// Variables such as `GLASSBOX_LEARNING_RATE`.
  package var environment: [String: String]
  /// What was said last, such as flags, by the settings' names.
  package var said: [String: LocatedValue]

  /// All that is given.
  package init(
    file: LocatedValue? = nil, environment: [String: String] = [:],
    said: [String: LocatedValue] = [:]
  ) {
    self.file = file
    self.environment = environment
    self.said = said
  }

  /// What a configuration says, with something said on top.
  /// - Throws: what its settings throw that cannot be written.
  package init(_ configuration: RunConfiguration, said: [String: LocatedValue] = [:]) throws {
    self.init(
      file: try LocatedValue(json: JSONText.encode(configuration), origin: ""), said: said)
  }

  /// One configuration of all of them.
  ///
  /// - Parameter registry: what they can name, such as a loss of your own.
  /// - Throws: `Problem`, all of them together, for unknown names and values that cannot be used.
  package func configuration(registry: Registry = .standard) throws -> RunConfiguration {
    var problems: [Problem] = []
    var given = try given(&problems)
    chooseNetwork(&given, &problems)
    // The file's hash is that of the file's model.
    if said["from"] != nil { given["from_sha256"] = said["from_sha256"] }
    if let schedule = given["schedule"] {
      given["schedule"] = Self.expanded(schedule, epochs: given["epochs"])
    }
    var configuration = RunConfiguration()
    for setting in RunConfiguration.settings {
      if let value = given[setting.name] {
        problems += setting.read(value, into: &configuration, registry: registry)
      }
    }
    try Problem.throwIfAny(problems)
    do {
      try configuration.check(registry: registry)
    } catch let problem as Problem {
      try Problem.throwIfAny(
        problem.all.map { problem in
          problem.setting.flatMap { given[$0.name] }.map { problem.written(at: $0.origin) }
            ?? problem
        })
    }
    return configuration
  }

  private func given(_ problems: inout [Problem]) throws -> [String: LocatedValue] {
    var given: [String: LocatedValue] = [:]
    if let file {
      guard let members = file.members else {
        throw Problem.data(
          file.origin, expected: "settings, one `name: value` a line", found: file.description)
      }
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        if name == RunConfiguration.formatVersionName {
          problems += Self.problems { try Self.check(formatVersion: value) }
        } else if name == RunConfiguration.workingFolderName {
          // Paths of a file that is given as settings begin where the command is given.
          continue
        } else if let setting = RunConfiguration.setting(named: name) {
          if value.content != .null { given[setting.name] = value }
        } else {
          problems.append(RunConfiguration.unknown(name).written(at: value.origin))
        }
      }
    }
    for setting in RunConfiguration.settings {
      let variable = setting.variable
      if let text = environment[variable], !text.isEmpty {
        given[setting.name] = setting.value(text, origin: variable)
      }
    }
    return given.merging(said) { $1 }
  }

  private static func check(formatVersion value: LocatedValue) throws {
    let name = RunConfiguration.formatVersionName
    try RunConfiguration.check(
      formatVersion: Int(from: SettingDecoder(value, of: name)))
  }

  private static func problems(_ body: () throws -> Void) -> [Problem] {
    do {
      try body()
      return []
    } catch {
      return (error as? Problem)?.all ?? [Problem.data("", expected: "a value", found: "\(error)")]
    }
  }

  /// What is said of a network last replaces the file's network, if it can.
  private func chooseNetwork(
    _ given: inout [String: LocatedValue], _ problems: inout [Problem]
  ) {
    guard let network = given["network"], case .list = network.content else { return }
    if said["hidden"] != nil {
      given["network"] = nil
      return
    }
    for name in ["activation", "dropout"] {
      guard let value = said[name] else { continue }
      problems.append(
        Problem.data(
          name, expected: "no such setting beside a network given as layers", found: "one",
          fix: "change the layers at \(network.origin), or add `hidden`"
        ).written(at: value.origin))
    }
  }

  /// A schedule by its name alone gets settings that suit the number of epochs, also the one after a
  /// warm-up.
  static func expanded(_ value: LocatedValue, epochs: LocatedValue?) -> LocatedValue {
    guard case .integer(let given)? = epochs?.content else { return expanded(value, epochs: 50) }
    return expanded(value, epochs: max(1, given))
  }

  private static func expanded(_ value: LocatedValue, epochs: Int) -> LocatedValue {
    if let members = value.members { return expanded(members, epochs, origin: value.origin) }
    guard case .text(let name) = value.content else { return value }
    let settings: [String: LocatedValue.Content]
    switch name.normalizedName {
    case "cosine": settings = ["over": .integer(epochs)]
    case "step": settings = ["every": .integer(max(1, epochs / 3)), "factor": .number(0.1)]
    case "exponential": settings = ["every": .integer(1), "factor": .number(0.95)]
    case "plateau", "onplateau": settings = ["patience": .integer(4), "factor": .number(0.5)]
    case "warmup": settings = ["over": .integer(max(1, epochs / 20)), "then": .text("cosine")]
    default: return value
    }
    var members = settings.mapValues { LocatedValue($0) }
    members["name"] = value
    return expanded(members, epochs, origin: value.origin)
  }

  /// With what comes after a warm-up, of which the climb has taken its part.
  private static func expanded(
    _ members: [String: LocatedValue], _ epochs: Int, origin: String
  ) -> LocatedValue {
    var members = members
    if let then = members["then"], case .integer(let climb)? = members["over"]?.content {
      members["then"] = expanded(then, epochs: max(1, epochs - max(0, min(climb, epochs))))
    }
    return LocatedValue(.object(members), origin: origin)
  }
}

extension RunSetting {
  /// The environment variable that gives it: `GLASSBOX_LEARNING_RATE`.
  package var variable: String { "GLASSBOX_" + name.uppercased() }

  /// The value that a text of a flag or a variable stands for.
  /// - Parameter origin: the flag or the variable.
  package func value(_ text: String, origin: String) -> LocatedValue {
    form.value(text, origin: origin)
  }

  /// Puts a value into a configuration.
  /// - Returns: what is wrong with it, each with where it is written.
  func read(
    _ value: LocatedValue, into configuration: inout RunConfiguration,
    registry: Registry = .standard
  ) -> [Problem] {
    let decoder = SettingDecoder(value, of: name, userInfo: [.registry: registry])
    do {
      try decode(decoder, &configuration)
      return decoder.unknown
        + (problem(configuration, registry).map { [$0.written(at: value.origin)] } ?? [])
    } catch let problem as Problem {
      return problem.all.map { placed($0, value) }
    } catch {
      return [
        Problem.data(name, expected: values, found: value.description).written(at: value.origin)
      ]
    }
  }

  /// With the place inside the setting, and the line of the file.
  private func placed(_ problem: Problem, _ value: LocatedValue) -> Problem {
    let isNamed = problem.location.hasPrefix(name)
    var fix = problem.fix
    if fix.isEmpty, case .text(let text) = value.content, let near = text.nearest(among: choices) {
      fix = "write `\(near)`"
    }
    let located = Problem(
      problem.kind, isNamed ? problem.location : "\(name): \(problem.location)",
      expected: problem.expected, found: problem.found, fix: fix)
    let path = isNamed ? problem.location.dropFirst(name.count) : ""
    return located.written(at: value.origin(at: path))
  }
}
