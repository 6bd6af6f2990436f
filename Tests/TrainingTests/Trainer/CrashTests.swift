import Engine
import Foundation
import Networks
import TestSupport
import Testing

@testable import CrashWriter
@testable import Training

/// Nothing that was saved is lost, whatever happens to the process or the disk.
@Suite struct CrashTests {
  /// Two hundred processes that train and save are killed at random moments; each goes on from what
  /// the one before left. In the end the weights are those of training that was never killed. (When
  /// this was written, 90 of the 200 died while writing.)
  @Test func killedAtTwoHundredMoments() throws {
    var generator = RandomGenerator(seed: 2024)
    var saves = 0
    for _ in 0..<10 {
      let folder = try TemporaryFolder()
      let file = folder.path("checkpoint.safetensors")
      var known = 0
      for _ in 0..<20 {
        let writer = try writer("train", file)
        try #require(writer.nextLine() == "start", "it ended before it began")
        usleep(UInt32(generator.below(60_000)))
        writer.send(SIGKILL)
        let lines = try lines(of: writer)
        saves += lines.count - 1
        if lines.count > 1 { known = try #require(Int(lines.last!)) }
        let names = try folder.names()
        #expect(
          Set(names).isSubset(of: [
            "checkpoint.safetensors", "checkpoint.safetensors.partial",
          ]))
        guard known > 0 || names.contains("checkpoint.safetensors") else { continue }
        let checkpoint = try Checkpoint(path: file)
        // The last save may have been completed without there being time to say so.
        #expect([known, known + CrashTraining.stepsPerSave].contains(checkpoint.steps))
        known = checkpoint.steps
        try goOn(from: checkpoint)
      }
      if known > 0 { try compareWithUnbroken(Checkpoint(path: file)) }
    }
    #expect(saves > 0)
  }

  /// The helper program, which says on standard output what it has done.
  private func writer(_ arguments: String...) throws -> ChildProcess {
    try ChildProcess(ChildProcess.built("CrashWriter"), arguments, watching: .output)
  }

  /// The complete lines that it said until its end.
  private func lines(of writer: ChildProcess) throws -> [String] {
    try writer.outcome().output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  private func goOn(from checkpoint: Checkpoint) throws {
    let run = try CrashTraining.run(from: checkpoint)
    var steps = 0
    try run.run(listen: { event in
      if case .step = event { steps += 1 }
      return steps == 2 ? .stop : .continue
    })
    #expect(run.checkpoint().steps == checkpoint.steps + 2)
  }

  private func compareWithUnbroken(_ checkpoint: Checkpoint) throws {
    let run = try CrashTraining.run()
    try run.run(listen: { event in
      if case .epoch(let record) = event, record.epoch == checkpoint.epochsDone { return .stop }
      return .continue
    })
    let unbroken = run.checkpoint()
    #expect(unbroken.steps == checkpoint.steps)
    #expect(unbroken.variables.map(\.name) == checkpoint.variables.map(\.name))
    let isSame = zip(unbroken.variables, checkpoint.variables).allSatisfy { ours, theirs in
      ours.tensor.values.map(\.bitPattern) == theirs.tensor.values.map(\.bitPattern)
    }
    #expect(isSame, "after \(checkpoint.steps) steps")
    #expect(unbroken.state.epochs.map(\.train) == checkpoint.state.epochs.map(\.train))
  }

  /// No room for the new file: the old one stays, the error says so, and no rest is left behind.
  @Test(arguments: [0, 1, 1000, 4096, 5000])
  func aFullDiskLeavesTheOldFile(limit: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.path("checkpoint.safetensors")
    let old = try CrashTraining.run(epochs: 1)
    try old.run()
    try old.checkpoint().write(to: file)
    let before = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(before.count > 5000)
    let said = try lines(of: writer("full", file, "\(limit)"))
    #expect(said.first == "inputOutput")
    #expect(said.last?.contains("a file larger than the system allows") == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    #expect(try folder.names() == ["checkpoint.safetensors"])
    #expect(try Checkpoint(path: file).steps == CrashTraining.stepsPerSave)
  }
}
