import Engine

extension Schedule: Codable {
  private static let choices: [(name: String, settings: [String])] = [
    ("constant", []), ("step", ["every", "factor"]), ("exponential", ["factor", "every"]),
    ("cosine", ["over", "floor"]), ("warmUp", ["over", "then"]),
    ("onPlateau", ["factor", "patience", "minimum", "improvement"]),
  ]

  /// `"constant"`, `{"name": "cosine", "over": 1000}`, or
  /// `{"name": "warmUp", "over": 100, "then": …}`; settings that have defaults may be left out.
  ///
  /// - Throws: `Problem` for unknown names, unknown settings and impossible values.
  public init(from decoder: any Decoder) throws {
    let form = try NamedSetting(from: decoder, kind: "schedule", choices: Self.choices)
    switch form.name {
    case "constant": self = .constant
    case "step":
      self = .step(every: try form.integer("every"), factor: try form.number("factor"))
    case "exponential":
      self = .exponential(factor: try form.number("factor"), every: try form.integer("every"))
    case "cosine":
      self = .cosine(over: try form.integer("over"), floor: try form.number("floor", default: 0))
    case "warmUp":
      self = .warmUp(
        over: try form.integer("over"), then: try form.setting("then", default: .constant))
    default:
      self = .onPlateau(
        factor: try form.number("factor", default: 0.1),
        patience: try form.integer("patience", default: 10),
        minimum: try form.number("minimum", default: 0),
        improvement: try form.number("improvement", default: 1e-4))
    }
    try check(at: form.location)
  }

  /// A string for `constant`, otherwise an object with all settings.
  public func encode(to encoder: any Encoder) throws {
    if self == .constant {
      var container = encoder.singleValueContainer()
      return try container.encode("constant")
    }
    var container = encoder.container(keyedBy: AnyKey.self)
    func put(_ key: String, _ value: some Encodable) throws {
      try container.encode(value, forKey: .init(key))
    }
    switch self {
    case .constant: break
    case .step(let every, let factor):
      try put("name", "step")
      try put("every", every)
      try put("factor", factor)
    case .exponential(let factor, let every):
      try put("name", "exponential")
      try put("factor", factor)
      try put("every", every)
    case .cosine(let over, let floor):
      try put("name", "cosine")
      try put("over", over)
      try put("floor", floor)
    case .warmUp(let over, let next):
      try put("name", "warmUp")
      try put("over", over)
      try put("then", next)
    case .onPlateau(let factor, let patience, let minimum, let improvement):
      try put("name", "onPlateau")
      try put("factor", factor)
      try put("patience", patience)
      try put("minimum", minimum)
      try put("improvement", improvement)
    }
  }

  /// - Throws: `Problem` for a count below 1 or a factor, floor, minimum or improvement out of
  ///   its range.
  public func check(at location: String) throws(Problem) {
    func demand(_ holds: Bool, _ expected: String, _ found: some Any) throws(Problem) {
      if !holds { throw Problem.data(location, expected: expected, found: "\(found)") }
    }
    switch self {
    case .constant: break
    case .step(let every, let factor), .exponential(let factor, let every):
      try demand(every >= 1, "\"every\" of at least 1", every)
      try demand(factor > 0 && factor.isFinite, "a \"factor\" above 0", factor)
    case .cosine(let over, let floor):
      try demand(over >= 1, "\"over\" of at least 1", over)
      try demand((0...1).contains(floor), "a \"floor\" from 0 to 1", floor)
    case .warmUp(let over, let next):
      try demand(over >= 1, "\"over\" of at least 1", over)
      try next.check(at: location + ".then")
    case .onPlateau(let factor, let patience, let minimum, let improvement):
      try demand(factor > 0 && factor < 1, "a \"factor\" between 0 and 1", factor)
      try demand(patience >= 1, "a \"patience\" of at least 1", patience)
      try demand(minimum >= 0 && minimum.isFinite, "a \"minimum\" of at least 0", minimum)
      try demand(
        improvement >= 0 && improvement.isFinite, "an \"improvement\" of at least 0", improvement)
    }
  }
}
