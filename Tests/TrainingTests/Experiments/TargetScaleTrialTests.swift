import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// Whether a skewed target or its logarithm is learned is asked of the validation rows.
@Suite struct TargetScaleTrialTests {
  private func prepared(
    _ row: (Double) -> (Double, Double),
    _ change: (inout RunConfiguration) -> Void = { _ in }
  ) throws -> (PreparedData, RunConfiguration) {
    var generator = RandomGenerator(seed: 8)
    let text =
      "x,y\n"
      + (0..<300).map { _ in
        let (x, y) = row(generator.normal())
        return "\(x),\(y)\n"
      }.joined()
    var configuration = RunConfiguration()
    configuration.data.target = "y"
    configuration.network.hidden = [4]
    configuration.training.threads = 1
    change(&configuration)
    let table = try DataTable(reading: MemorySource(Array(text.utf8), name: "table"))
    return (try PreparedData(table: table, configuration), configuration)
  }

  @Test func aPowerIsLearnedAsItsLogarithm() throws {
    let (data, configuration) = try prepared { ($0, Double.exp(2 * $0)) }
    #expect(data.preprocessing.targetScales[0].isLogarithm)
    let note = try #require(data.notes.first { $0.contains("target_scale") })
    #expect(note.contains("validation rows") && note.contains("`linear`"))
    let decided = try Experiment(configuration, data: data).configuration
    #expect(decided.data.targetScaling == .log)
  }

  @Test func whatIsProportionalIsLearnedAsItStands() throws {
    let (data, configuration) = try prepared { (Double.exp(2 * $0), 3 * Double.exp(2 * $0)) }
    #expect(!data.preprocessing.targetScales[0].isLogarithm)
    #expect(try #require(data.notes.first { $0.contains("target_scale") }).contains("`log`"))
    let decided = try Experiment(configuration, data: data).configuration
    #expect(decided.data.targetScaling == .linear)
  }

  @Test func whatIsSaidOrCannotBeAskedIsNotTried() throws {
    let power = { (x: Double) in (x, Double.exp(2 * x)) }
    for scaling in [PreprocessingOptions.TargetScaling.linear, .log] {
      let (data, _) = try prepared(power) { $0.data.targetScaling = scaling }
      #expect(data.preprocessing.targetScales[0].isLogarithm == (scaling == .log))
      #expect(!data.notes.contains { $0.contains("target_scale") })
    }
    let (alone, _) = try prepared(power) { $0.data.validation = .fraction(0) }
    #expect(!alone.preprocessing.targetScales[0].isLogarithm)
    let (even, _) = try prepared { ($0, $0) }
    #expect(!even.notes.contains { $0.contains("target_scale") })
  }
}
