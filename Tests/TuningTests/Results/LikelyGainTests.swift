import Engine
import Testing

@testable import Tuning

@Suite struct LikelyGainTests {
  private func draws(_ count: Int, _ seed: Int, _ value: (inout RandomGenerator) -> Double)
    -> [Double]
  {
    var random = RandomGenerator(seed: UInt64(seed))
    return (0..<count).map { _ in value(&random) }
  }

  /// What random search finds: a bowl, a wide field, noise, and shares of 200 rows.
  private static let functions: [(String, @Sendable (inout RandomGenerator) -> Double)] = [
    (
      "bowl",
      { random in
        let (x, y) = (random.uniform() - 0.3, random.uniform() - 0.6)
        return x * x + y * y
      }
    ),
    ("six inputs", { random in (0..<6).reduce(0) { sum, _ in sum + random.uniform() } }),
    ("noise", { random in random.normal() }),
    (
      "accuracy",
      { random in
        let distance = (random.uniform() - 0.6).magnitude
        let right = 0.95 - 0.5 * distance * distance.squareRoot()
        return -Double((0..<200).count { _ in random.uniform() < right }) / 200
      }
    ),
  ]

  @Test(arguments: functions.map(\.0)) func whatIsExpectedIsWhatComes(_ name: String) throws {
    let function = try #require(Self.functions.first { $0.0 == name }).1
    for (now, next) in [(20, 20), (60, 30)] {
      var (expected, came, chance, above) = (0.0, 0.0, 0.0, 0)
      let studies = 300
      for seed in 0..<studies {
        let costs = draws(now + next, seed, function)
        let gain = try LikelyGain(of: Array(costs[..<now]), next: next)
        let real = max(0, costs[..<now].min()! - costs[now...].min()!)
        expected += gain.expected
        came += real
        chance += gain.probability
        if real > gain.high { above += 1 }
      }
      #expect(expected / came > 0.6 && expected / came < 1.7, "\(now): \(expected / came)")
      let usual = Double(next) / Double(now + next)
      #expect((chance / Double(studies) - usual).magnitude < 0.05)
      #expect(above < studies / 4, "\(above)")
    }
  }

  @Test func aSamplerThatHasLearnedIsJudgedByItsLastThird() throws {
    let learning = draws(20, 1) { 10 + $0.uniform() } + draws(19, 2) { $0.uniform() } + [-0.01]
    let later = try LikelyGain(of: Array(learning.suffix(13)), next: 10)
    let all = try LikelyGain(of: learning, next: 10)
    #expect(all.expected == later.expected && all.high == later.high)
    #expect((all.probability - 10.0 / 23).magnitude < 1e-12)
    #expect(all.spread > 1, "the spread is that of all")
  }

  @Test func equalCostsGainNothing() throws {
    let gain = try LikelyGain(of: Array(repeating: 0.5, count: 40), next: 10)
    #expect(gain.expected == 0 && gain.probability == 0 && gain.high == 0)
    #expect(LikelyGain.isSettled(Array(repeating: 0.5, count: 40)))
  }

  @Test func trialsThatGaveNothingCountAsTrials() throws {
    let costs = draws(20, 3) { $0.uniform() }
    let few = try LikelyGain(of: costs, next: 10)
    let many = try LikelyGain(
      of: costs.flatMap { [$0, Double.infinity] }, next: 10)
    #expect(many.probability < few.probability)
    #expect(many.expected.isFinite && many.expected < few.expected)
  }

  @Test func tooFewSayWhy() {
    #expect { try LikelyGain(of: [1, 2, .infinity], next: 5) } throws: {
      ($0 as? TooLittleKnown)?.reason.hasPrefix("2 trials have a value") == true
    }
    #expect(!LikelyGain.isSettled([]) && !LikelyGain.isSettled(Array(repeating: 1, count: 29)))
    #expect(!LikelyGain.isSettled(Array(repeating: .infinity, count: 100)))
  }

  @Test func aStudyStopsWhereNothingIsLeftToGain() {
    // Far from the end of a wide field, and close to the bottom of a flat one.
    let wide = draws(60, 5) { random in (0..<6).reduce(0) { sum, _ in sum + random.uniform() } }
    #expect(!LikelyGain.isSettled(wide))
    let flat = draws(400, 6) { $0.uniform() }
    #expect(LikelyGain.isSettled(flat))
    #expect(LikelyGain.isSettled(wide, noise: 1), "noise is larger than any gain")
  }

  @Test func theGapIsTheMeanOverAllSubsets() throws {

    let sorted = [1.0, 1.5, 3, 3.25, 7, 20]
    for size in 2...6 {
      var (sum, count) = (0.0, 0)
      for mask in 0..<64 where mask.nonzeroBitCount == size {
        let chosen = sorted.indices.filter { mask & 1 << $0 != 0 }.map { sorted[$0] }
        sum += chosen[1] - chosen[0]
        count += 1
      }
      #expect((LikelyGain.gap(sorted, of: size) - sum / Double(count)).magnitude < 1e-12)
    }
  }
}
