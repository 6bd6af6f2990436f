import Engine
import Formatting
import Networks
import Training

/// Reads the variables of a space, and finds all that is wrong with how they are written.
struct SpaceReader {
  private var problems: [Problem] = []
  /// What `when` says, by the variable's name.
  private var asked: [String: LocatedValue] = [:]

  /// Each after those that its conditions ask for, otherwise by name.
  /// - Throws: `Problem`, all of them together.
  mutating func variables(_ value: LocatedValue) throws -> [SearchVariable] {
    guard let members = value.members, !members.isEmpty else {
      throw Problem.data(
        value.origin, expected: "settings, each with the values it may have",
        found: value.members == nil ? value.description : "none",
        fix: "write `learning_rate: {from: 0.001, to: 0.1, scale: log}`, say")
    }
    guard members.count <= Self.mostSettings else {
      throw Problem.data(
        value.origin, expected: "at most \(Self.mostSettings) settings", found: "\(members.count)")
    }
    var found: [SearchVariable] = []
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      if let variable = variable(name, value) { found.append(variable) }
    }
    for place in found.indices {
      found[place].conditions = conditions(of: found[place], among: found)
    }
    let ordered = ordered(found)
    try Problem.throwIfAny(problems)
    return ordered
  }

  private static let mostSettings = 100
  private static let mostChoices = 100
  /// Whole numbers up to here, and counts of steps, are exact.
  private static let largest = 0x1p53

  private mutating func refuse(
    _ name: String, at origin: String, expected: String, found: String, fix: String = ""
  ) {
    problems.append(
      Problem.data(name, expected: expected, found: found, fix: fix).written(at: origin))
  }

  private mutating func variable(_ written: String, _ value: LocatedValue) -> SearchVariable? {
    let path = SettingPath(written)
    guard let setting = RunConfiguration.setting(named: path.name) else {
      problems.append(RunConfiguration.unknown(path.name).written(at: value.origin))
      return nil
    }
    guard !setting.isOfQuestion else {
      refuse(
        setting.name, at: value.origin,
        expected: "a setting of the network, its training or the preparation of inputs",
        found: "one that says what is asked or how it is measured",
        fix: "give it to the study itself: trials with other values of it cannot be compared")
      return nil
    }
    let name = setting.name + written.dropFirst(path.name.count)
    guard SettingPath(name).steps.count == path.steps.count,
      let values = values(value, of: name, inList: false)
    else { return nil }
    if let when = value.members?["when"] { asked[name] = when }
    return SearchVariable(
      name: name, path: SettingPath(name), origin: value.origin, values: values)
  }

  // MARK: Values

  private static let forms =
    "a list of values, {from: …, to: …}, {choices: […]} or {length: {from: …, to: …}, each: …}"

  private mutating func values(
    _ value: LocatedValue, of name: String, inList: Bool
  ) -> SearchVariable.Values? {
    if case .list(let items) = value.content { return choices(items, of: name, at: value.origin) }
    guard let members = value.members else {
      refuse(
        name, at: value.origin, expected: Self.forms, found: value.description,
        fix: "what has one value is no part of a space: give it to the study itself")
      return nil
    }
    let known: Set<String> =
      members["choices"] != nil
      ? ["choices"]
      : members["each"] != nil ? ["length", "each"] : ["from", "to", "scale", "step"]
    for (other, value) in members.sorted(by: { $0.key < $1.key })
    where !known.contains(other) && (inList || other != "when") {
      refuse(
        name, at: value.origin, expected: Self.forms, found: "`\(other)`",
        fix: Problem.fix(other, among: known.sorted()))
    }
    if let given = members["choices"] {
      guard case .list(let items) = given.content else {
        refuse(name, at: given.origin, expected: "a list of values", found: given.description)
        return nil
      }
      return choices(items, of: name, at: given.origin)
    }
    return members["each"] != nil && !inList
      ? list(members, name, value) : range(members, name, value)
  }

  private mutating func choices(
    _ items: [LocatedValue], of name: String, at origin: String
  ) -> SearchVariable.Values? {
    let choices = items.map(SearchChoice.init)
    guard (1...Self.mostChoices).contains(choices.count), Set(choices).count == choices.count
    else {
      refuse(
        name, at: origin, expected: "1 to \(Self.mostChoices) values, each once",
        found: (1...Self.mostChoices).contains(choices.count)
          ? "one of them twice" : "\(choices.count)")
      return nil
    }
    return .choices(choices)
  }

  private mutating func range(
    _ members: [String: LocatedValue], _ name: String, _ value: LocatedValue
  ) -> SearchVariable.Values? {
    let (from, to) = (number(members["from"]), number(members["to"]))
    guard let from, let to else {
      for end in ["from", "to"] where number(members[end]) == nil {
        refuse(
          name, at: members[end]?.origin ?? value.origin,
          expected: "a number up to 2⁵³ for `\(end)`",
          found: members[end]?.description ?? "none")
      }
      return nil
    }
    guard from < to else {
      refuse(
        name, at: value.origin, expected: "`from` below `to`",
        found: "\(from.brief) and \(to.brief)",
        fix: from == to ? "what has one value is no part of a space" : "exchange them")
      return nil
    }
    let isLogarithmic = saysLogarithmic(members["scale"], of: name)
    if isLogarithmic, from <= 0 {
      refuse(
        name, at: members["from"]!.origin,
        expected: "a number above 0 for `from` beside `scale: log`",
        found: from.brief, fix: "begin with a small number above 0, or leave `scale` out")
      return nil
    }
    var range = SearchRange(low: from, high: to, isLogarithmic: isLogarithmic)
    let ends = [members["from"], members["to"], members["step"]].compactMap { $0?.content }
    range.isWhole = ends.allSatisfy { if case .integer = $0 { true } else { false } }
    guard let given = members["step"] else { return .range(range) }
    guard let step = number(given), step > 0, step <= to - from, !isLogarithmic,
      (to - from) / step <= 1e9
    else {
      refuse(
        name, at: given.origin,
        expected: isLogarithmic
          ? "no `step` beside `scale: log`" : "a `step` above 0 and up to \((to - from).brief)",
        found: given.description)
      return nil
    }
    range.step = step
    return .range(range)
  }

  private mutating func saysLogarithmic(_ scale: LocatedValue?, of name: String) -> Bool {
    guard let scale else { return false }
    switch scale.content {
    case .text("log"): return true
    case .text("linear"): return false
    default:
      refuse(
        name, at: scale.origin, expected: "log or linear for `scale`", found: scale.description)
      return false
    }
  }

  /// The longest list that is looked for.
  private static let longest = 32

  private mutating func list(
    _ members: [String: LocatedValue], _ name: String, _ value: LocatedValue
  ) -> SearchVariable.Values? {
    guard let each = values(members["each"]!, of: name, inList: true) else { return nil }
    let length = members["length"]
    let from = whole(length) ?? whole(length?.members?["from"])
    let to = whole(length) ?? whole(length?.members?["to"])
    guard let from, let to, from >= 1, to >= from, to <= Self.longest else {
      refuse(
        name, at: length?.origin ?? value.origin,
        expected: "`length` with `from` and `to`, whole numbers from 1 to \(Self.longest)",
        found: length?.members == nil
          ? length?.description ?? "none" : "\(from ?? 0) to \(to ?? 0)")
      return nil
    }
    return .list(lengths: from...to, each: each)
  }

  private func number(_ value: LocatedValue?) -> Double? {
    switch value?.content {
    case .integer(let integer) where Double(integer).magnitude <= Self.largest: Double(integer)
    case .number(let number) where number.magnitude <= Self.largest: number
    default: nil
    }
  }

  private func whole(_ value: LocatedValue?) -> Int? {
    if case .integer(let integer)? = value?.content { integer } else { nil }
  }

  // MARK: Conditions

  private mutating func conditions(
    of variable: SearchVariable, among all: [SearchVariable]
  ) -> [SearchVariable.Condition] {
    guard let when = asked[variable.name] else { return [] }
    guard let members = when.members, !members.isEmpty else {
      refuse(
        variable.name, at: when.origin, expected: "another setting of the space and its values",
        found: when.members == nil ? when.description : "nothing",
        fix: "write `when: {optimizer: sgd}`, say, or leave it out")
      return []
    }
    var conditions: [SearchVariable.Condition] = []
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let other = all.first(where: { $0.name == name && name != variable.name }) else {
        let others = all.map(\.name).filter { $0 != variable.name }
        refuse(
          variable.name, at: value.origin, expected: "another setting of the space in `when`",
          found: "`\(name)`",
          fix: others.isEmpty
            ? "give it values of its own in the space, or leave `when` out"
            : Problem.fix(name, among: others))
        continue
      }
      let wanted = if case .list(let items) = value.content { items } else { [value] }
      var values: Set<Int> = []
      for value in wanted { values.formUnion(places(value, of: other, for: variable)) }
      if !values.isEmpty { conditions.append(.init(variable: name, values: values.sorted())) }
    }
    return conditions
  }

  /// The numbers that samplers have for a value of another variable.
  private mutating func places(
    _ value: LocatedValue, of other: SearchVariable, for variable: SearchVariable
  ) -> [Int] {
    let found: [Int]
    let usable: String
    switch other.values {
    case .choices(let choices):
      found = choices.indices.filter { choices[$0].isMeant(by: SearchChoice(value)) }
      usable = choices.map(\.text).alternatives
    case .range(let range) where range.isWhole && range.step == nil:
      found = whole(value).flatMap { range.low...range.high ~= Double($0) ? [$0] : nil } ?? []
      usable = "a whole number from \(range.low.brief) to \(range.high.brief)"
    case .list(let lengths, _):
      found = whole(value).flatMap { lengths ~= $0 ? [$0] : nil } ?? []
      usable = "a length from \(lengths.lowerBound) to \(lengths.upperBound)"
    case .range:
      found = []
      usable = "a setting with choices or whole numbers in `when`"
    }
    if found.isEmpty {
      refuse(
        variable.name, at: value.origin, expected: "\(usable) for `\(other.name)`",
        found: value.description)
    }
    return found
  }

  /// Each after those that its conditions ask for.
  private mutating func ordered(_ variables: [SearchVariable]) -> [SearchVariable] {
    var (rest, ordered): ([SearchVariable], [SearchVariable]) = (variables, [])
    while !rest.isEmpty {
      guard
        let next = rest.firstIndex(where: { variable in
          variable.conditions.allSatisfy { condition in
            ordered.contains { $0.name == condition.variable }
          }
        })
      else {
        refuse(
          rest[0].name, at: asked[rest[0].name]?.origin ?? rest[0].origin,
          expected: "conditions that do not ask for each other",
          found: rest.map { "`\($0.name)`" }.joined(separator: ", "))
        return variables
      }
      ordered.append(rest.remove(at: next))
    }
    return ordered
  }
}
