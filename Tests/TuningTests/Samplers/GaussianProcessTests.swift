import Engine
import TestSupport
import Testing

@testable import Tuning

/// Numbers of the models beside scikit-learn's, SciPy's and finite differences.
@Suite struct GaussianProcessTests {
  private struct References: Decodable {
    let x, other, improvement, tails, sobol: [[Double]]
    let y, lengths, mean, variance, slopes: [Double]
    let scale, noise, likelihood: Double
  }

  private let expected: References
  private let unit = (0..<3).map {
    SearchDimension("x\($0)", .real(low: 0, high: 1, isLogarithmic: false))
  }

  init() throws { expected = try reference("gaussian_process.json") }

  private var parameters: GaussianProcess.Parameters {
    GaussianProcess.Parameters(
      weights: expected.lengths.map { 1 / ($0 * $0) }, scale: expected.scale,
      noise: expected.noise)
  }

  private func isClose(_ ours: Double, _ theirs: Double, _ tolerance: Double = 1e-9) -> Bool {
    (ours - theirs).magnitude <= tolerance * max(1, theirs.magnitude)
  }

  @Test func meanAndVarianceAreThoseOfScikitLearn() throws {
    let places = expected.x.map { unit.places(of: $0.map(Optional.some)) }
    let process = try #require(GaussianProcess(parameters, at: places, values: expected.y))
    for (row, point) in expected.other.enumerated() {
      let posterior = process.posterior(at: unit.places(of: point.map(Optional.some)))
      #expect(isClose(posterior.mean, expected.mean[row]))
      #expect(isClose(posterior.variance, expected.variance[row]))
    }
  }

  @Test func likelihoodIsThatOfScikitLearnButForThePriors() throws {
    let places = expected.x.map { unit.places(of: $0.map(Optional.some)) }
    let likelihood = ProcessLikelihood(places, values: expected.y, dimensions: 3)
    let weights = parameters.weights
    let logarithms =
      weights.map(Double.log) + [Double.log(expected.scale), Double.log(expected.noise)]
    let (value, gradient) = try #require(likelihood.cost(logarithms))
    var priors = expected.scale - Double.log(expected.scale)
    priors += 30 * expected.noise - 0.1 * Double.log(expected.noise)
    for weight in weights { priors += 0.1 / weight + weight }
    let constant = 3.5 * Double.log(2 * Double.pi)
    #expect(isClose(value - priors, -expected.likelihood - constant))
    // Theirs are by the logarithms of scale, lengths (ln w = −2 ln length) and noise.
    for place in 0..<3 {
      let prior = weights[place] - 0.1 / weights[place]
      #expect(isClose(-2 * (gradient[place] - prior), -expected.slopes[1 + place]))
    }
    #expect(isClose(gradient[3] - (expected.scale - 1), -expected.slopes[0]))
    #expect(isClose(gradient[4] - (30 * expected.noise - 0.1), -expected.slopes[4]))
  }

  @Test func gradientsAreThoseOfFiniteDifferences() throws {
    let space =
      unit.prefix(2) + [
        SearchDimension("kind", .choice(count: 3)),
        SearchDimension(
          "only of kind 1", .real(low: 0, high: 1, isLogarithmic: false),
          when: [.init(dimension: 2, values: [1])]),
      ]
    var random = RandomGenerator(seed: 4)
    let points = (0..<9).map { _ in Array(space).randomPoint(&random) }
    let values = points.map { $0[0]! - $0[1]! * $0[1]! + ($0[3] ?? 0.7) }
    let places = points.map { Array(space).places(of: $0) }
    let likelihood = ProcessLikelihood(places, values: values, dimensions: 4)
    let at = [0.3, -0.5, 0.2, 0.8, -0.1, -3.0]
    let gradient = try #require(likelihood.cost(at)).gradient
    for place in at.indices {
      let ends = [1e-5, -1e-5].map { step -> Double in
        var moved = at
        moved[place] += step
        return likelihood.cost(moved)!.value
      }
      #expect(isClose(gradient[place], (ends[0] - ends[1]) / 2e-5, 1e-6), "\(place)")
    }

    let process = try #require(
      GaussianProcess(likelihood.bestParameters(&random), at: places, values: values))
    let search = ImprovementSearch(process: process, best: -0.5, dimensions: Array(space))
    for kind in [1.0 / 6, 0.5] {
      let start = [0.31, 0.62, kind, 0.4]
      let slope = search.cost(start, withGradient: true).gradient
      for place in [0, 1, 3] {
        let ends = [1e-6, -1e-6].map { step -> Double in
          var moved = start
          moved[place] += step
          return search.cost(moved, withGradient: false).value
        }
        #expect(isClose(slope[place], (ends[0] - ends[1]) / 2e-6, 1e-4), "\(kind) \(place)")
      }
    }
  }

  @Test func tailsAndImprovementsAreThoseOfSciPy() {
    for line in expected.tails {
      #expect(isClose(NormalDistribution.scaledUpperTail(line[0]) / line[1], 1, 1e-12), "\(line)")
    }
    for line in expected.improvement {
      let value = NormalDistribution.logExpectedImprovement(line[0]).value
      #expect(isClose(value, line[1], 1e-10), "\(line)")
    }
    for z in [-1e6, -1e4, -100, -1.0, 0, 3] {
      let step = 1e-5 * max(1, z.magnitude)
      let (value, derivative) = NormalDistribution.logExpectedImprovement(z)
      let ends = [z + step, z - step].map { NormalDistribution.logExpectedImprovement($0).value }
      #expect(value.isFinite && isClose(derivative, (ends[0] - ends[1]) / (2 * step), 1e-5), "\(z)")
    }
  }

  @Test func sobolPointsAreThoseOfSciPy() {
    let sequence = SobolSequence(dimensions: 5)
    for (number, point) in expected.sobol.enumerated() {
      #expect(sequence.point(number) == point)
    }
    // However it is scrambled, each half, quarter, … of an axis has its share.
    var random = RandomGenerator(seed: 9)
    let most = SobolSequence.mostDimensions
    let scrambled = SobolSequence(dimensions: most + 1, scrambledBy: &random)
    let points = (0..<64).map(scrambled.point)
    for axis in 0..<most {
      #expect(Set(points.map { Int($0[axis] * 64) }).count == 64, "dimension \(axis)")
    }
  }

  @Test func theMinimizerStopsAtBounds() throws {
    let found = try #require(
      BoxMinimizer().minimize(from: [0.9, 0.9, 0.5], low: [0, 0, 0], high: [1, 1, 1]) { x in
        let (bend, left) = (x[1] - x[0] * x[0], 0.5 - x[0])
        return (
          100 * bend * bend + left * left - x[2],
          [-400 * x[0] * bend - 2 * left, 200 * bend, -1]
        )
      })
    #expect(isClose(found.point[0], 0.5, 1e-4) && isClose(found.point[1], 0.25, 1e-4))
    #expect(found.point[2] == 1)
  }
}
