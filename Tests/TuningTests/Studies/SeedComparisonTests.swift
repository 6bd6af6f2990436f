import Engine
import Testing

@testable import Tuning

@Suite struct SeedComparisonTests {
  @Test func whatIsAlwaysBetterIsCertain() {
    let comparison = SeedComparison([[1, 1], [1, 1]], [[2, 2], [2, 2]])
    #expect(comparison.gain == 1)
    #expect(comparison.probability == 1)
    #expect(SeedComparison([[1, 1]], [[1, 1]]).probability == 0.5)
    #expect(SeedComparison([[1]], [[2]]).probability == nil)
  }

  /// One value a seed is Student's paired test: t = 2 ÷ (1 ÷ √3) with two degrees of freedom.
  @Test func seedsAloneAreStudentsTest() throws {
    let comparison = SeedComparison([[0], [0], [0]], [[1], [2], [3]])
    #expect(comparison.gain == 2)
    let probability = try #require(comparison.probability)
    #expect((probability - 0.9629100498862757).magnitude < 1e-12)
  }

  /// Where both are equally good, a probability above 0.95 or below 0.05 comes no oftener than one time in
  /// ten, whether rows differ, seeds, or both.
  @Test(arguments: [(1.0, 0.0, 1.0), (0, 1, 1), (1, 1, 1), (0, 0, 1)])
  func chanceIsCalledChance(rowSize: Double, seedSize: Double, restSize: Double) {
    var random = RandomGenerator(seed: 3)
    let studies = 400
    var sure = 0
    for _ in 0..<studies {
      let rows = (0..<40).map { _ in rowSize * random.normal() }
      let gains = (0..<3).map { _ in
        let seed = seedSize * random.normal()
        return rows.map { $0 + seed + restSize * random.normal() }
      }
      let none = gains.map { $0.map { _ in 0.0 } }
      let probability = SeedComparison(none, gains).probability!
      if probability > 0.95 || probability < 0.05 { sure += 1 }
    }
    // Four deviations above a tenth.
    #expect(Double(sure) / Double(studies) < 0.16)
  }
}
