import Engine

extension Initializer: Codable {
  private static let choices: [(name: String, settings: [String])] = [
    ("glorotUniform", []), ("glorotNormal", []), ("heUniform", []), ("heNormal", []),
    ("lecunUniform", []), ("lecunNormal", []), ("orthogonal", ["gain"]), ("zeros", []),
    ("ones", []), ("constant", ["value"]), ("uniform", ["minimum", "maximum"]),
    ("normal", ["mean", "deviation"]), ("truncatedNormal", ["mean", "deviation"]),
  ]

  /// Every name.
  public static var names: [String] { choices.map(\.name) }

  /// Keras's spelling.
  private static let aliases = [
    "glorot_uniform": "glorotUniform", "glorot_normal": "glorotNormal",
    "he_uniform": "heUniform", "he_normal": "heNormal", "lecun_uniform": "lecunUniform",
    "lecun_normal": "lecunNormal", "random_uniform": "uniform", "random_normal": "normal",
    "truncated_normal": "truncatedNormal",
  ]

  /// `"heNormal"`, Keras's `"he_normal"`, or `{"name": "orthogonal", "gain": 2}`; settings not given
  /// have their defaults.
  ///
  /// - Throws: `Problem` for unknown names, unknown settings and impossible values.
  public init(from decoder: any Decoder) throws {
    let form = try NamedSetting(
      from: decoder, kind: "initializer", choices: Self.choices, aliases: Self.aliases)
    switch form.name {
    case "glorotUniform": self = .glorotUniform
    case "glorotNormal": self = .glorotNormal
    case "heUniform": self = .heUniform
    case "heNormal": self = .heNormal
    case "lecunUniform": self = .lecunUniform
    case "lecunNormal": self = .lecunNormal
    case "orthogonal": self = .orthogonal(gain: try form.number("gain", default: 1))
    case "zeros": self = .zeros
    case "ones": self = .ones
    case "constant": self = .constant(try form.number("value", default: 0))
    case "uniform":
      self = .uniform(
        minimum: try form.number("minimum", default: -0.05),
        maximum: try form.number("maximum", default: 0.05))
    case "normal":
      self = .normal(
        mean: try form.number("mean", default: 0),
        deviation: try form.number("deviation", default: 0.05))
    default:
      self = .truncatedNormal(
        mean: try form.number("mean", default: 0),
        deviation: try form.number("deviation", default: 0.05))
    }
    try check(at: form.location)
  }

  /// A string where there are no settings, otherwise an object with all of them.
  public func encode(to encoder: any Encoder) throws {
    var settings: [(String, Double)] = []
    let name: String
    switch self {
    case .orthogonal(let gain): (name, settings) = ("orthogonal", [("gain", gain)])
    case .constant(let value): (name, settings) = ("constant", [("value", value)])
    case .uniform(let minimum, let maximum):
      (name, settings) = ("uniform", [("minimum", minimum), ("maximum", maximum)])
    case .normal(let mean, let deviation):
      (name, settings) = ("normal", [("mean", mean), ("deviation", deviation)])
    case .truncatedNormal(let mean, let deviation):
      (name, settings) = ("truncatedNormal", [("mean", mean), ("deviation", deviation)])
    case .glorotUniform: name = "glorotUniform"
    case .glorotNormal: name = "glorotNormal"
    case .heUniform: name = "heUniform"
    case .heNormal: name = "heNormal"
    case .lecunUniform: name = "lecunUniform"
    case .lecunNormal: name = "lecunNormal"
    case .zeros: name = "zeros"
    case .ones: name = "ones"
    }
    guard !settings.isEmpty else {
      var container = encoder.singleValueContainer()
      return try container.encode(name)
    }
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(name, forKey: .init("name"))
    for (key, value) in settings { try container.encode(value, forKey: .init(key)) }
  }

  /// - Throws: `Problem` for settings that are not finite, a deviation below 0 or a minimum
  ///   above the maximum.
  public func check(at location: String) throws(Problem) {
    let numbers: [Double]
    switch self {
    case .orthogonal(let gain): numbers = [gain]
    case .constant(let value): numbers = [value]
    case .uniform(let minimum, let maximum):
      numbers = [minimum, maximum]
      guard minimum <= maximum else {
        throw Problem.data(
          location, expected: "a minimum that is not above the maximum",
          found: "minimum \(minimum), maximum \(maximum)")
      }
    case .normal(let mean, let deviation), .truncatedNormal(let mean, let deviation):
      numbers = [mean, deviation]
      guard deviation >= 0 else {
        throw Problem.data(location, expected: "a deviation of at least 0", found: "\(deviation)")
      }
    default: numbers = []
    }
    // Weights are 32-bit, so a larger number would become infinite.
    for number in numbers where !Float(number).isFinite {
      throw Problem.data(location, expected: "finite 32-bit numbers", found: "\(number)")
    }
  }
}
