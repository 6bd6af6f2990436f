import Foundation
import TestSupport
import Testing

/// `diagnose`
@Suite struct DiagnoseCommandTests {
  let program: Program

  init() throws { program = try Program() }

  private func train(_ name: String, _ arguments: String...) throws {
    let trained = try program(
      ["train", ExampleData.digits, "--target", "digit", "--quiet", "--output", name] + arguments)
    try #require(trained.status == 0, "\(trained.errors)")
  }

  @Test func aHealthyRunRaisesNoAlarm() throws {
    try train("run", "--epochs", "5")
    let outcome = try program("diagnose", "run")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("Healthy: "), "\(outcome.output)")
    let file = try program("diagnose", "run/model.safetensors", ExampleData.digits, "--json").json()
    #expect(file["verdict"] as? String == "healthy")
    let alone = try program("diagnose", "run/model.safetensors")
    #expect(alone.status == 64 && alone.errors.contains("diagnose run/model.safetensors DATA"))
    #expect(try program("diagnose", "nowhere").status == 66)
    #expect(try program("diagnose", "run", "--steps", "1").status == 64)
  }

  @Test func aCauseIsNamedAndItsRemedyTried() throws {
    try train("run", "--epochs", "3", "--optimizer", "sgd", "--learning-rate", "0.000001")
    let outcome = try program("diagnose", "run")
    #expect(outcome.status == 2)
    #expect(outcome.output.contains("First cause: learning rate too low"), "\(outcome.output)")
    #expect(outcome.output.contains("Tried on a copy: "))
    let found = try program("diagnose", "run", "--json").json()
    let findings = try #require(found["findings"] as? [[String: Any]])
    let trial = try #require(findings.first?["trial"] as? [String: Any])
    let (with, without) = (trial["score_with"] as? Double, trial["score_without"] as? Double)
    #expect(try #require(with) > (try #require(without)) + 0.2)
  }
}
