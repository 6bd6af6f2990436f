import CrashWriter
import Databases
import Foundation
import GRDB
import TestSupport
import Testing
import Training

@testable import Tuning

/// Studies in processes that are killed.
@Suite(.serialized) struct StudyCrashTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try SmallTable.write(to: folder)
  }

  private func sitting(_ trials: Int) throws -> ChildProcess {
    try ChildProcess(
      ChildProcess.built("CrashWriter"), ["study", folder.path("study"), data, "\(trials)"],
      watching: .output)
  }

  /// `GLASSBOX_KILLS` says how often; the coordinator is killed as often as its workers.
  @Test func nothingCompleteIsLostHoweverOftenProcessesAreKilled() throws {
    let kills = ProcessInfo.processInfo.environment["GLASSBOX_KILLS"].flatMap(Int.init) ?? 8
    var random = SystemRandomNumberGenerator()
    var complete: [Int: String] = [:]
    func note(_ line: String) {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, words[0] == "complete", let number = Int(words[1]) else { return }
      #expect(complete[number] == nil || complete[number] == words[2])
      complete[number] = words[2]
    }
    var trials = 4
    for kill in 0..<kills {
      trials += 2
      let study = try sitting(trials)
      let lines = Int.random(in: 0...3, using: &random)
      for _ in 0..<lines { study.nextLine().map(note) }
      usleep(UInt32.random(in: 0...200_000, using: &random))
      let workers = study.children
      if kill.isMultiple(of: 2), let worker = workers.randomElement(using: &random) {
        Foundation.kill(worker, SIGKILL)
        usleep(UInt32.random(in: 0...100_000, using: &random))
      }
      study.send(SIGKILL)
      let outcome = try study.outcome()
      for line in outcome.output.split(separator: "\n") { note(String(line)) }
    }
    let last = try sitting(trials).outcome()
    #expect(last.output.hasSuffix("end\n"), "\(last.errors)")
    let kept = try StudyFile(folder.path("study"), .read).trials()
    #expect(kept.count == trials)
    for (number, value) in complete {
      #expect(kept[number - 1].state == .complete)
      #expect("\(kept[number - 1].value ?? .nan)" == value)
    }
    #expect(!complete.isEmpty)
    // Only a worker that was killed three times in the same trial ends it.
    #expect(kept.filter { ![.complete, .pruned].contains($0.state) }.map(\.problem) == [])
  }

  /// Its file is there before it has tables, and these before anything stands in them.
  @Test(arguments: [
    "PRAGMA journal_mode = WAL",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL); PRAGMA application_id = 1198281588",
  ]) func aStudyThatWasEndedAtItsBeginningBeginsAnew(_ begun: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("study"), withIntermediateDirectories: true)
    try DatabaseQueue(path: folder.path("study/study.sqlite")).inDatabase {
      try $0.execute(sql: begun)
    }
    #expect(!Study.exists(in: folder.path("study")))
    if begun.hasPrefix("PRAGMA") {
      let outcome = try sitting(2).outcome()
      #expect(outcome.output.hasSuffix("end\n"), "\(outcome.errors)")
    }
  }

  @Test func aWorkerThatIsKilledIsReplaced() throws {
    let study = try sitting(6)
    _ = study.nextLine()
    for worker in study.children { Foundation.kill(worker, SIGKILL) }
    let outcome = try study.outcome()
    #expect(outcome.output.hasSuffix("end\n"))
    let kept = try StudyFile(folder.path("study"), .read).trials()
    #expect(kept.allSatisfy { [.complete, .pruned].contains($0.state) })
  }
}
