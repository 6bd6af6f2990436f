import Engine
public import Networks
public import Training

/// The settings that a study looks for, each with the values it may have.
///
/// A space is written like a configuration file, with values in the place of a value:
/// ```json
/// {
///   "learning_rate": {"from": 0.0001, "to": 0.1, "scale": "log"},
///   "hidden": {"length": {"from": 1, "to": 3}, "each": {"from": 16, "to": 256, "scale": "log"}},
///   "optimizer": ["adam", "sgd"],
///   "optimizer.momentum": {"from": 0.5, "to": 0.99, "when": {"optimizer": "sgd"}}
/// }
/// ```
public struct SearchSpace: Sendable {
  /// By name, those that conditions ask for before those that have the conditions.
  let variables: [SearchVariable]
  /// As it was given.
  private(set) var written: LocatedValue?
  /// What samplers know of them: a list has one for its length and one for each place.
  package let dimensions: [SearchDimension]
  private let slots: [Slot]

  /// What the number of a dimension is.
  private struct Slot: Sendable {
    let variable: Int
    /// In a list; nil for its length, or what is no list.
    var place: Int?
    let values: SearchVariable.Values
  }

  /// JSON text.
  ///
  /// - Parameters:
  ///   - configuration: what the settings are that are not looked for.
  ///   - registry: what values can name.
  /// - Throws: `Problem`, all of them together, for settings that are not known or cannot be looked for, and
  ///   for values that cannot be used.
  public init(
    json: String, for configuration: RunConfiguration, registry: Registry = .standard
  ) throws {
    try self.init(
      LocatedValue(json: json, origin: "space"), for: configuration, registry: registry)
  }

  /// As a file gives it, each value with its line.
  package init(
    _ value: LocatedValue, for configuration: RunConfiguration, registry: Registry = .standard
  ) throws {
    var reader = SpaceReader()
    self = SearchSpace(try reader.variables(value)).withFractions(
      for: configuration, registry: registry)
    self.written = value
    try Problem.throwIfAny(problems(for: configuration, registry: registry))
  }

  /// - Parameter variables: each after those that its conditions ask for.
  init(_ variables: [SearchVariable]) {
    self.variables = variables
    var (dimensions, slots): ([SearchDimension], [Slot]) = ([], [])
    var places: [String: Int] = [:]
    for (number, variable) in variables.enumerated() {
      let conditions = variable.conditions.compactMap { condition in
        places[condition.variable].map {
          SearchDimension.Condition(dimension: $0, values: condition.values)
        }
      }
      places[variable.name] = dimensions.count
      guard case .list(let lengths, let each) = variable.values else {
        dimensions.append(.init(variable.name, variable.values.domain, when: conditions))
        slots.append(Slot(variable: number, values: variable.values))
        continue
      }
      let length = SearchRange(
        low: Double(lengths.lowerBound), high: Double(lengths.upperBound), isWhole: true)
      places[variable.name] = dimensions.count
      dimensions.append(.init("\(variable.name).length", length.domain, when: conditions))
      slots.append(Slot(variable: number, values: .range(length)))
      for place in 0..<lengths.upperBound {
        let isLong = SearchDimension.Condition(
          dimension: places[variable.name]!,
          values: Array(max(place + 1, lengths.lowerBound)...lengths.upperBound))
        dimensions.append(
          .init("\(variable.name)[\(place)]", each.domain, when: conditions + [isLong]))
        slots.append(Slot(variable: number, place: place, values: each))
      }
    }
    (self.dimensions, self.slots) = (dimensions, slots)
  }

  /// For each dimension the texts of its choices; empty for one of numbers.
  package var choices: [[String]] {
    slots.map { if case .choices(let choices) = $0.values { choices.map(\.text) } else { [] } }
  }

  /// What it says, a line for each setting.
  package var lines: [String] { variables.map(\.sentence) }

  // MARK: From points to settings

  /// The value of each dimension that is there.
  package func values(at point: SearchPoint) -> [String: LocatedValue] {
    var values: [String: LocatedValue] = [:]
    for (place, number) in point.enumerated() {
      if let number { values[dimensions[place].name] = slots[place].values.value(number) }
    }
    return values
  }

  /// The same as texts, to be shown and kept.
  package func texts(at point: SearchPoint) -> [String: String] {
    values(at: point).mapValues { SearchChoice($0).text }
  }

  /// A configuration with the values of a point.
  /// - Throws: `Problem` for values that do not go together.
  package func configuration(
    _ base: RunConfiguration, at point: SearchPoint, registry: Registry = .standard
  ) throws -> RunConfiguration {
    var said: [String: LocatedValue] = [:]
    let file = try ConfigurationSources(base).file?.members ?? [:]
    for variable in lookedFor(at: point) {
      let outer = said[variable.path.name] ?? file[variable.path.name] ?? LocatedValue(.null)
      guard let value = outer.replacing(variable.path.steps[...], by: variable.value) else {
        throw Problem.data(
          variable.path.name, expected: "`\(variable.name)` in it", found: outer.description,
          fix: "give the setting a value that has this part"
        ).written(at: variable.origin)
      }
      said[variable.path.name] = value
    }
    return try ConfigurationSources(base, said: said).configuration(registry: registry)
  }

  /// The variables that are there with their values, whole settings before parts of settings.
  private func lookedFor(
    at point: SearchPoint
  ) -> [(name: String, path: SettingPath, origin: String, value: LocatedValue)] {
    var found: [(name: String, path: SettingPath, origin: String, value: LocatedValue)] = []
    for (number, variable) in variables.enumerated() {
      let own = slots.indices.filter { slots[$0].variable == number && point[$0] != nil }
      guard let first = own.first else { continue }
      let value: LocatedValue =
        if case .list = variable.values {
          LocatedValue(.list(own.dropFirst().map { slots[$0].values.value(point[$0]!) }))
        } else {
          slots[first].values.value(point[first]!)
        }
      // A choice has a line of its own.
      let placed =
        value.origin.isEmpty ? LocatedValue(value.content, origin: variable.origin) : value
      found.append((variable.name, variable.path, variable.origin, placed))
    }
    return found.enumerated().sorted {
      ($0.element.path.steps.count, $0.offset) < ($1.element.path.steps.count, $1.offset)
    }.map(\.element)
  }

  // MARK: From settings to points

  /// The point of values that were chosen in another space, such as a narrower one.
  ///
  /// - Parameters:
  ///   - texts: see ``texts(at:)``.
  ///   - usual: what a dimension has that the other space did not look for.
  /// - Returns: nil if a value is not in this space.
  package func point(of texts: [String: String], usual: SearchPoint) -> SearchPoint? {
    var point = SearchPoint(repeating: nil, count: dimensions.count)
    for place in dimensions.indices where dimensions[place].isPresent(in: point) {
      guard let text = texts[dimensions[place].name] else {
        point[place] = usual[place] ?? slots[place].values.first
        continue
      }
      guard let number = slots[place].values.number(text) else { return nil }
      point[place] = number
    }
    return point
  }

  /// The point that is nearest to a configuration: what the space does not hold is moved into it.
  ///
  /// - Parameter decided: with nothing left open.
  /// - Returns: also whether the space holds all of it.
  package func nearestPoint(
    to decided: RunConfiguration
  ) throws -> (point: SearchPoint, isInSpace: Bool) {
    var isInSpace = true
    let settings = try ConfigurationSources(decided).file?.members ?? [:]
    var point = SearchPoint(repeating: nil, count: dimensions.count)
    for place in dimensions.indices where dimensions[place].isPresent(in: point) {
      let variable = variables[slots[place].variable]
      var value = settings[variable.path.name]
      for step in variable.path.steps { value = value?.part(step) }
      if case .list = variable.values, case .list(let items)? = value?.content {
        value =
          slots[place].place.map { items.indices.contains($0) ? items[$0] : LocatedValue(.null) }
          ?? LocatedValue(.integer(items.count))
      }
      let near = slots[place].values.nearest(value)
      point[place] = near?.number ?? slots[place].values.first
      if near?.isExact != true { isInSpace = false }
    }
    return (point, isInSpace)
  }
}

extension SearchVariable.Values {
  var domain: SearchDimension.Domain {
    switch self {
    case .choices(let choices): .choice(count: choices.count)
    case .range(let range): range.domain
    case .list(let lengths, _):
      SearchRange(
        low: Double(lengths.lowerBound), high: Double(lengths.upperBound), isWhole: true
      ).domain
    }
  }

  /// The number that samplers may begin with: the first choice, the lower end.
  var first: Double {
    switch domain {
    case .real(let low, _, _): low
    case .whole(let low, _, _): Double(low)
    case .choice: 0
    }
  }

  /// The last choice, the upper end.
  var last: Double {
    switch domain {
    case .real(_, let high, _): high
    case .whole(_, let high, _): Double(high)
    case .choice(let count): Double(count - 1)
    }
  }

  func value(_ number: Double) -> LocatedValue {
    switch self {
    case .choices(let choices): choices[Int(number)].value
    case .range(let range): range.value(number)
    case .list: LocatedValue(.integer(Int(number)))
    }
  }

  /// The number of a value's text; nil for one that is not among the values.
  func number(_ text: String) -> Double? {
    switch self {
    case .choices(let choices): return choices.firstIndex { $0.text == text }.map(Double.init)
    case .list(let lengths, _): return Int(text).flatMap { lengths.contains($0) ? Double($0) : nil }
    case .range(let range):
      guard let value = Double(text), value >= range.low, value <= range.high else { return nil }
      return range.number(value)
    }
  }

  /// The number of the value that is nearest, and whether that is the value; nil where nothing is near.
  func nearest(_ value: LocatedValue?) -> (number: Double, isExact: Bool)? {
    guard let value else { return nil }
    if case .choices(let choices) = self {
      let wanted = SearchChoice(value)
      return choices.firstIndex { $0.isMeant(by: wanted) || wanted.isMeant(by: $0) }
        .map { (Double($0), true) }
    }
    let given: Double? =
      switch value.content {
      case .integer(let integer): Double(integer)
      case .number(let number): number
      default: nil
      }
    guard let given else { return nil }
    switch self {
    case .range(let range):
      return (range.number(given), range.low <= given && given <= range.high)
    case .list(let lengths, _):
      let ends = (Double(lengths.lowerBound), Double(lengths.upperBound))
      let number = min(max(given, ends.0), ends.1)
      return (number, number == given)
    case .choices: return nil
    }
  }
}
