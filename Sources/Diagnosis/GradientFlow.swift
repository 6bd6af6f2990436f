/// What is wrong, at one moment, with the gradient on its way back through the layers.
package struct GradientFlow: Encodable, Sendable {
  /// `vanishing gradients`.
  package var name: String
  /// With its numbers.
  package var sentence: String
  /// The rule with its threshold.
  package var rule: String
  /// The layers that get too little or too much.
  package var layers: [String]

  /// As the causes of a diagnosis judge it at the first weights.
  package static func findings(in observation: NetworkObservation) -> [GradientFlow] {
    func finding(_ cause: any Cause.Type, _ evidence: Evidence?) -> GradientFlow? {
      evidence.map {
        GradientFlow(
          name: cause.name, sentence: $0.sentence, rule: cause.rule, layers: $0.layers)
      }
    }
    return [
      finding(VanishingGradients.self, VanishingGradients.evidence(observation)),
      finding(ExplodingGradients.self, ExplodingGradients.evidence(observation)),
    ].compactMap(\.self)
  }
}
