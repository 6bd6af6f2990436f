import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct ResumeTests {
  let program: Program

  init() throws { program = try Program() }

  /// Long enough to be stopped in the middle, on any machine.
  private func arguments(_ folder: String, _ others: [String] = []) -> [String] {
    [
      "train", ExampleData.digits, "--target", "digit", "--hidden", "256,256", "--dropout", "0.2",
      "--epochs", "30", "--patience", "0", "--seed", "4", "--output", folder,
    ] + others
  }

  private func stop(_ folder: String, with signal: Int32) throws -> Program.Outcome {
    try program.stop(arguments(folder, ["--checkpoint-every", "7"]), after: 3, with: signal)
  }

  @Test func resumedEqualsUnbroken() throws {
    let unbroken = try program(arguments("unbroken", ["--json", "--quiet"])).json()
    let interrupted = try stop("interrupted", with: SIGINT)
    #expect(interrupted.status == 130)
    #expect(interrupted.output.contains("stopped on request"))
    #expect(interrupted.output.contains("Next: glassbox resume interrupted"))
    #expect(try program("predict", "interrupted", ExampleData.digits).status == 0)
    #expect(try stop("killed", with: SIGKILL).status == 128 + SIGKILL)
    for folder in ["interrupted", "killed"] {
      let resumed = try program("resume", folder, "--json", "--quiet").json()
      #expect(
        resumed["weights_sha256"] as? String == unbroken["weights_sha256"] as? String, "\(folder)")
      #expect(resumed["epochs_run"] as? Int == 30)
      let lines = try program.read("\(folder)/metrics.jsonl").split(separator: "\n")
      #expect(lines.count == 30, "every epoch once")
    }
  }
}
