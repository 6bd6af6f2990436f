import Networks
import Testing
import Training

@testable import Diagnosis

@Suite struct HealthyRunTests {
  @Test(arguments: HealthyRun.all) func raisesNoAlarm(run: HealthyRun) throws {
    let diagnosis = try Diagnosis(of: run.setup())
    #expect(diagnosis.findings.map(\.cause) == [], "\(run.name)\n\(diagnosis.text)")
    #expect(diagnosis.verdict == .healthy, "\(run.name)\n\(diagnosis.text)")
  }

  /// Healthy is what learns when the trainer itself follows the plan to its end.
  @Test(arguments: HealthyRun.all) func isHealthy(run: HealthyRun) throws {
    let setup = try run.setup()
    #expect(try run.learnedByTheTrainer(setup) > 0.5)
  }
}
