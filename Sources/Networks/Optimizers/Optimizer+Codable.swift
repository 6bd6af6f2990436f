import Engine

extension Optimizer: Codable {
  private enum Key: String, CodingKey {
    case rule, settings, clipping
    case learningRate = "learning_rate"
    case weightDecay = "weight_decay"
  }

  /// An object with the rule's name and all settings.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    let kind = try decoder.registry.kind(
      named: fields.decode(String.self, forKey: .rule), of: UpdateRules.self, at: "optimizer")
    let rule = try kind.init(from: fields.superDecoder(forKey: .settings))
    self.init(
      rule as! any UpdateRule,
      learningRate: try fields.decode(Double.self, forKey: .learningRate),
      clipping: try fields.decodeIfPresent(Clipping.self, forKey: .clipping),
      weightDecay: try fields.decode(Double.self, forKey: .weightDecay))
  }

  /// The same object.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(rule.name, forKey: .rule)
    try rule.encode(to: fields.superEncoder(forKey: .settings))
    try fields.encode(learningRate, forKey: .learningRate)
    try fields.encodeIfPresent(clipping, forKey: .clipping)
    try fields.encode(weightDecay, forKey: .weightDecay)
  }
}
