import Engine

/// Models the objective by a Gaussian process and tries where the largest improvement is expected: the most
/// careful choice where trials are few and most settings are numbers.
package struct GaussianProcessSampler: Sampler {
  package static let name = "gaussian_process"

  /// Trials that have ended before there is a model; until then points of a Sobol sequence.
  private static let startTrials = 10

  package init() {}

  package func point(
    ofTrial number: Int, in dimensions: [SearchDimension], after observations: [Observation],
    seed: UInt64
  ) -> SearchPoint? {
    let ended = observations.count { $0.result != .running }
    var random = RandomGenerator(seed: seed, for: .trial(number))
    guard ended >= Self.startTrials, let trials = ModelledTrials(observations),
      let process = Self.process(of: trials, in: dimensions, &random)
    else {
      return SobolSampler().point(
        ofTrial: number, in: dimensions, after: observations, seed: seed)
    }
    let incumbent = trials.values.indices.min { trials.values[$0] < trials.values[$1] }!
    let running = observations.filter { $0.result == .running }
    let believed = process.believing(running.map { dimensions.places(of: $0.point) })
    // By what the model holds for true, since a lucky value is not.
    let best = believed.places.reduce(Double.infinity) {
      min($0, believed.posterior(at: $1).mean)
    }
    let search = ImprovementSearch(process: believed, best: best, dimensions: dimensions)
    return dimensions.untried(
      search.best(near: trials.points[incumbent], &random), after: observations, &random)
  }

  private static func process(
    of trials: ModelledTrials, in dimensions: [SearchDimension], _ random: inout RandomGenerator
  ) -> GaussianProcess? {
    let places = trials.points.map { dimensions.places(of: $0) }
    let likelihood = ProcessLikelihood(places, values: trials.values, dimensions: dimensions.count)
    return GaussianProcess(likelihood.bestParameters(&random), at: places, values: trials.values)
  }
}

extension [SearchDimension] {
  /// Where a point is for a Gaussian process.
  func places(of point: SearchPoint) -> [ProcessPlace] {
    zip(self, point).map { ProcessPlace($1, in: $0.domain) }
  }
}
