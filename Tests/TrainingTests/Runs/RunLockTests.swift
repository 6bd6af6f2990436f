import Engine
import Networks
import TestSupport
import Testing

@testable import CrashWriter
@testable import Training

/// Two trainings never write into one folder.
@Suite struct RunLockTests {
  private let temporary: TemporaryFolder
  private var path: String { temporary.path("run") }

  init() throws { temporary = try TemporaryFolder() }

  private func holder(_ path: String) throws -> ChildProcess {
    try ChildProcess(ChildProcess.built("CrashWriter"), ["hold", path], watching: .output)
  }

  @Test func anotherProcessIsToldWhoHoldsTheFolderUntilThatOneIsKilled() throws {
    _ = try RunFolder(creating: path, force: false)
    let first = try holder(path)
    try #require(first.nextLine() == "start")
    let second = try holder(path).outcome().output
    let process = try temporary.text("run/.lock").filter(\.isNumber)
    #expect(Int(process) != nil && second.contains("process \(process)"))
    // Not even by force.
    let problem = #expect(throws: Problem.self) { try RunFolder(creating: path, force: true) }
    #expect(problem?.found.contains(process) == true && problem?.kind == .cannotCreate)
    #expect(temporary.exists("run/metrics.jsonl"), "nothing was replaced")
    first.send(9)
    _ = try first.outcome()
    _ = try RunLock(path)
  }

  @Test func aSecondTrainingInThisProcessIsRefusedToo() throws {
    let (folder, lock) = try RunFolder.created(path, force: false)
    #expect(throws: Problem.self) { try RunLock(folder.path) }
    withExtendedLifetime(lock) {}
  }

  @Test func aFolderThatCannotBeWrittenIsNamed() {
    let problem = #expect(throws: Problem.self) { try RunLock(temporary.path("nowhere")) }
    #expect(problem?.location.hasSuffix(".lock") == true)
  }
}
