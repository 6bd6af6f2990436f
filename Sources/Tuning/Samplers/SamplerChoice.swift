/// Until the samplers are joined.
package enum SamplerChoice {
  package static let names = ["random"]
  static func chosen(_ name: String?, for dimensions: [SearchDimension], trials: Int) -> (
    any Sampler, String
  ) {
    (RandomSampler(), "random")
  }
}
