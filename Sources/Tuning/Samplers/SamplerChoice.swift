/// Until the samplers are joined.
enum SamplerChoice {
  static func chosen(_ name: String?, for dimensions: [SearchDimension], trials: Int) -> (
    any Sampler, String
  ) {
    (RandomSampler(), "random")
  }
}
