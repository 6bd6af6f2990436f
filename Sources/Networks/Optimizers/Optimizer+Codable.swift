import Engine

extension Optimizer: Codable {
  /// Every kind of rule; files name them by these.
  public static let rules: [any UpdateRule.Type] = [
    Adagrad.self, Adam.self, RMSProp.self, StochasticGradientDescent.self,
  ]

  private enum Key: String, CodingKey {
    case rule, settings, clipping
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
  }

  /// An object with the rule's name and all settings.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let name = try fields.decode(String.self, forKey: .rule)
    guard let type = Self.rules.first(where: { $0.name == name }) else {
      throw Problem.data(
        "optimizer", expected: "one of \(Self.rules.map { $0.name }.joined(separator: ", "))",
        found: "'\(name)'")
    }
    self.init(
      try type.init(from: fields.superDecoder(forKey: .settings)),
      learningRate: try fields.decode(Double.self, forKey: .learningRate),
      clipping: try fields.decodeIfPresent(Clipping.self, forKey: .clipping),
      weightDecay: try fields.decode(Double.self, forKey: .weightDecay))
  }

  /// The same object.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(type(of: rule).name, forKey: .rule)
    try rule.encode(to: fields.superEncoder(forKey: .settings))
    try fields.encode(learningRate, forKey: .learningRate)
    try fields.encodeIfPresent(clipping, forKey: .clipping)
    try fields.encode(weightDecay, forKey: .weightDecay)
  }
}
