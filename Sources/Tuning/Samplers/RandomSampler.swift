import Engine

/// Each trial anywhere, whatever came before.
package struct RandomSampler: Sampler {
  package static let name = "random"

  package init() {}

  package func point(
    ofTrial number: Int, in dimensions: [SearchDimension], after observations: [Observation],
    seed: UInt64
  ) -> SearchPoint? {
    var random = RandomGenerator(seed: seed, for: .trial(number))
    return dimensions.untried(dimensions.randomPoint(&random), after: observations, &random)
  }
}

extension [SearchDimension] {
  /// A proposed point if it was not tried before, else another one at random; nil if all were tried. The same
  /// settings with the same seed would only give the same result again.
  func untried(
    _ proposed: SearchPoint, after observations: [Observation], _ random: inout RandomGenerator
  ) -> SearchPoint? {
    let tried = Set(observations.map(\.point))
    guard tried.contains(proposed) else { return proposed }
    for _ in 0..<100 {
      let point = randomPoint(&random)
      if !tried.contains(point) { return point }
    }
    // So many of the points were tried that the rest are best found one by one.
    return SearchGrid(self, cuts: 1000).first(notIn: tried)
  }
}
