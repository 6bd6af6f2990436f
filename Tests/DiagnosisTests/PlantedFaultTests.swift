import Diagnosis
import DiagnosisBench
import Testing

/// Trainings that cannot work: what is named first as the cause. Each kind on its first problem; the
/// whole bench is `Scripts/diagnosis.sh`.
@Suite struct PlantedFaultTests {
  static let some = try! FaultKind.all.map { kind in
    try PlantedFault.all(seed: 1).first { $0.kind.name == kind.name }!
  }

  @Test(arguments: some) func theCauseIsFound(fault: PlantedFault) throws {
    let diagnosis = try Diagnosis(of: fault.training.setup())
    let named = try #require(fault.named(by: diagnosis), "\(fault.name)\n\(diagnosis.text)")
    #expect(fault.isRight(named), "\(fault.name): \(named)\n\(diagnosis.text)")
    #expect(diagnosis.verdict != .healthy)
    for trial in (diagnosis.findings + diagnosis.dismissed).compactMap(\.trial) {
      if trial.isConfirmed, trial.judgement != .balance { Self.expectBetter(trial) }
      let bound = fault.training.optimizer.largestRecommendedRate
      if let rate = Self.recommendedRate(trial.remedy) { #expect(rate <= bound * 1.001) }
    }
  }

  /// A remedy lowers training and held-out loss; one that is no number is worse than any.
  private static func expectBetter(_ trial: Trial) {
    let (with, without) = (trial.with, trial.without)
    #expect(
      with.trainLoss / with.trainBaseline < without.trainLoss / without.trainBaseline
        || with.trainLoss.isFinite && !without.trainLoss.isFinite)
    #expect(trial.trainGain > 3 && trial.heldOutGain > 3)
  }

  private static func recommendedRate(_ remedy: String) -> Double? {
    guard remedy.hasPrefix("set the learning rate to ") else { return nil }
    return Double(remedy.split(separator: " ")[5].dropLast())
  }

  @Test func thereAreAtLeastFiftyOfManyKinds() throws {
    let all = try PlantedFault.all(seed: 1)
    #expect(all.count >= 50 && Set(all.map(\.name)).count == all.count)
    #expect(FaultKind.all.count >= 40)
  }
}

extension PlantedFault: CustomTestStringConvertible {
  public var testDescription: String { name }
}
