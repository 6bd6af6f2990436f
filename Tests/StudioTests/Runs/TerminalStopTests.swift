import Foundation
import TestSupport
import Testing
import Training
import Tuning

@testable import Studio

/// What was begun in a terminal stops from the page, as Ctrl-C stops it there.
///
/// Which process works in a folder is looked up below `/proc`.
@Suite(
  .enabled(
    if: (try? ChildProcess.built("glassbox")) != nil
      && FileManager.default.fileExists(atPath: "/proc/self/fd")))
struct TerminalStopTests {
  private func start(_ folder: FolderOfRuns, _ arguments: [String]) throws -> ChildProcess {
    try ChildProcess(
      ChildProcess.built("glassbox"),
      arguments + [
        folder.data, "--target", "ripe", "--hidden", "4", "--threads", "1", "--quiet",
      ] + FolderOfRuns.endless.flatMap { ["--\($0)", $1] })
  }

  private func wait(until isTrue: () throws -> Bool) async throws {
    for _ in 0..<3000 {
      if try isTrue() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw RunningStudio.Refused(text: "it never came")
  }

  @Test func aTrainingStopsAndIsKept() async throws {
    let folder = try FolderOfRuns()
    let run = "\(folder.runs)/terminal"
    let process = try start(folder, ["train", "--output", run])
    try await RunningStudio.with(folder: folder.runs) { studio in
      try await wait { (try? RunFolder(existing: run).metrics().count) ?? 0 > 2 }
      let answer = try await studio.ask("POST", "/api/run/stop?name=terminal")
      #expect(answer.status == 200, "\(answer.text)")
      // A second interrupt would end it before anything is written.
      _ = try await studio.ask("POST", "/api/run/stop?name=terminal")
      try await wait { !RunLock.isHeld(run) }
      let none = try await studio.ask("POST", "/api/run/stop?name=terminal")
      #expect(none.status == 422 && none.text.contains("trains in now"), "\(none.text)")
    }
    #expect(try process.outcome().status == 130)
    #expect(try RunFolder(existing: run).state == .interrupted)
  }

  @Test func aStudyStopsAndIsKept() async throws {
    let folder = try FolderOfRuns()
    let study = "\(folder.runs)/study"
    let process = try start(folder, ["tune", "--study", study, "--trials", "50"])
    try await RunningStudio.with(folder: folder.runs) { studio in
      try await wait { (try? StoredStudy(study).record.trials.isEmpty) == false }
      let answer = try await studio.ask("POST", "/api/study/stop?name=\(study)")
      #expect(answer.status == 200, "\(answer.text)")
      try await wait { !RunLock.isHeld(study) }
    }
    #expect(try process.outcome().status == 130)
  }

  @Test func whoDoesOtherThingsTooIsLeftAlone() async throws {
    let folder = try FolderOfRuns()
    let run = "\(folder.runs)/here"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(run)/config.json"))
    try await RunningStudio.with(folder: folder.runs) { studio in
      // These tests hold it, as a server does that trains.
      let lock = try RunLock(run)
      let answer = try await studio.ask("POST", "/api/run/stop?name=here")
      #expect(answer.status == 422 && answer.text.contains("does other things too"))
      _ = lock
    }
    // What a lock says of a process that is gone, or was given its number, is no reason to send it anything.
    let other = Process()
    (other.executableURL, other.arguments) = (URL(fileURLWithPath: "/bin/sleep"), ["30"])
    try other.run()
    defer { other.terminate() }
    let number = other.processIdentifier
    try await RunningStudio.with(folder: folder.runs) { studio in
      let lock = try RunLock(run)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(run)/.lock"))
      try handle.write(contentsOf: Data("\(number)\nstops when it is interrupted\n".utf8))
      try handle.close()
      let answer = try await studio.ask("POST", "/api/run/stop?name=here")
      #expect(answer.status == 422 && answer.text.contains("cannot be looked into"))
      _ = lock
    }
  }
}
