import Explaining
import Testing

@Suite struct HealthyRunTests {
  @Test(arguments: HealthyRun.all) func raisesNoAlarm(run: HealthyRun) throws {
    let diagnosis = try Diagnosis(of: run.setup())
    #expect(diagnosis.findings.map(\.cause) == [], "\(run.name)\n\(diagnosis.text)")
    #expect(diagnosis.verdict == .healthy, "\(run.name)\n\(diagnosis.text)")
  }
}
