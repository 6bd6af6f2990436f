import Training

/// What a model would call an item.
struct Suggestion: Encodable, Sendable {
  struct Class: Encodable, Sendable {
    let label: String
    let probability: Float
  }

  /// The most probable first.
  let classes: [Class]
  /// How far the second class is behind the first: the nearer to 0, the less certain.
  let margin: Float

  private static let most = 5

  /// - Returns: nil for an answer that is no class.
  init?(_ prediction: Prediction) {
    guard prediction.label != nil, let ranked = prediction.probabilities?.ranked else { return nil }
    classes = ranked.prefix(Self.most).map { Class(label: $0.label, probability: $0.probability) }
    margin = ranked.count > 1 ? ranked[0].probability - ranked[1].probability : 1
  }
}
