import Testing

@testable import Tuning

@Suite struct GridTests {
  private func points(_ dimensions: [SearchDimension], cuts: Int) -> [SearchPoint] {
    var observations: [Observation] = []
    let sampler = GridSampler(cuts: cuts)
    while let point = sampler.point(
      ofTrial: observations.count, in: dimensions, after: observations, seed: 0)
    {
      observations.append(Observation(point, .failed))
    }
    return observations.map(\.point)
  }

  @Test func everyPointComesOnce() {
    let dimensions = [
      SearchDimension("a", .choice(count: 2)),
      SearchDimension("b", .whole(low: 1, high: 3, isLogarithmic: false)),
      SearchDimension(
        "c", .real(low: 0, high: 1, isLogarithmic: false),
        when: [.init(dimension: 0, values: [1]), .init(dimension: 1, values: [2, 3])]),
    ]
    let all = points(dimensions, cuts: 3)
    // a = 0: 3 points; a = 1: 1 for b = 1, 3 each for b = 2 and 3.
    #expect(all.count == 10 && Set(all).count == 10)
    #expect(SearchGrid(dimensions, cuts: 3).count == 10)
    #expect(all.contains([1, 3, 1]) && all.contains([1, 2, 0]) && all.contains([0, 2, nil]))
  }

  @Test func bothEndsAndTheValuesThatConditionsNameAreThere() {
    let dimensions = [
      SearchDimension("n", .whole(low: 1, high: 1000, isLogarithmic: true)),
      SearchDimension(
        "x", .real(low: 0.01, high: 1, isLogarithmic: true),
        when: [.init(dimension: 0, values: [17])]),
    ]
    let all = points(dimensions, cuts: 3)
    #expect(Set(all.map { $0[0]! }).isSuperset(of: [1, 17, 1000]))
    let reals = all.compactMap { $0[1] }.sorted()
    #expect(reals.count == 3 && reals[0] == 0.01 && reals[2] == 1)
    #expect((reals[1] - 0.1).magnitude < 1e-12)
  }

  @Test func theFirstPointsSpread() {
    let dimensions = (0..<2).map {
      SearchDimension("x\($0)", .real(low: 0, high: 1, isLogarithmic: false))
    }
    let first = points(dimensions, cuts: 5).prefix(5)
    for axis in 0..<2 { #expect(Set(first.map { $0[axis]! }).count >= 4, "\(first)") }
  }

  @Test func whatWasTriedBeforeIsLeftOut() {
    let dimensions = [SearchDimension("a", .choice(count: 3))]
    let sampler = GridSampler()
    var tried = [Observation([2], .complete(0))]
    while let point = sampler.point(ofTrial: 9, in: dimensions, after: tried, seed: 0) {
      tried.append(Observation(point, .running))
    }
    #expect(tried.count == 3 && Set(tried.map(\.point)) == [[0], [1], [2]])
  }

  @Test func aGridBeyondAllCountingStillSpreads() {
    let dimensions = (0..<200).map {
      SearchDimension("x\($0)", .real(low: 0, high: 1, isLogarithmic: false))
    }
    #expect(SearchGrid(dimensions, cuts: 9).first(notIn: []) != nil)
  }

  @Test func placesAndValuesAreEachOthersInverse() {
    for space in SamplerTests.spaces.prefix(3) {
      for dimension in space.dimensions {
        for step in 0...20 {
          let value = dimension.domain.value(at: Double(step) / 20)
          let again = dimension.domain.value(at: dimension.domain.place(of: value))
          #expect((again - value).magnitude <= 1e-12 * max(1, value.magnitude), "\(dimension)")
        }
      }
    }
  }
}
