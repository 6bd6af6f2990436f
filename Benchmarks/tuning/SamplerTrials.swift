import Engine
import Tuning

/// The trials of a sampler on a test function with one seed.
struct SamplerTrials {
  /// After each trial: how far the best one until then, by what was seen, is above the smallest value.
  private(set) var regrets: [Double] = []
  /// What each choice of a point took.
  private(set) var seconds: [Double] = []

  init(_ sampler: any Sampler, _ function: TestFunction, trials: Int, seed: Int) {
    let clock = ContinuousClock()
    var observations: [Observation] = []
    var (least, regret) = (Double.infinity, Double.infinity)
    for trial in 0..<trials {
      let start = clock.now
      let point = sampler.point(
        ofTrial: trial, in: function.dimensions, after: observations, seed: UInt64(seed))
      let took = start.duration(to: clock.now).components
      seconds.append(Double(took.seconds) + Double(took.attoseconds) * 1e-18)
      guard let point else { break }
      let value = function.value(point.map { $0! })
      let seen = value + function.noise(seed: seed, trial: trial)
      observations.append(Observation(point, .complete(seen)))
      if seen < least { (least, regret) = (seen, value - function.smallest) }
      regrets.append(regret)
    }
  }
}
