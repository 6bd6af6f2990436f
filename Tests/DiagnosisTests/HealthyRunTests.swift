import Diagnosis
import DiagnosisBench
import Testing

/// Trainings without a planted fault, half of them on fewer than a hundred rows.
@Suite struct HealthyRunTests {
  @Test(arguments: HealthyTrainings.all(seed: 1))
  func raisesNoAlarm(training: BenchTraining) throws {
    let diagnosis = try Diagnosis(of: training.setup())
    #expect(diagnosis.findings.map(\.cause) == [], "\(training.name)\n\(diagnosis.text)")
    let expected: [Diagnosis.Verdict] = [.healthy, .tooFewRows]
    #expect(expected.contains(diagnosis.verdict), "\(training.name)\n\(diagnosis.text)")
    // Nothing can be told from fewer rows than are needed.
    if training.rows <= 36 { #expect(diagnosis.verdict == .tooFewRows) }
  }

  @Test func thereAreAsManyAsPromised() throws {
    let all = HealthyTrainings.all(seed: 1)
    #expect(all.count == 40)
    #expect(all.count { $0.rows + $0.rows / 3 < 100 } == 20)
  }

  /// Healthy is what learns when the trainer itself follows the plan to its end; in some, a third of the
  /// answers is noise.
  @Test(arguments: HealthyTrainings.all(seed: 1).prefix(20))
  func isHealthy(training: BenchTraining) throws {
    #expect(try training.lossByTheTrainer() < 0.7)
  }
}

extension BenchTraining: CustomTestStringConvertible {
  public var testDescription: String { name }
}
