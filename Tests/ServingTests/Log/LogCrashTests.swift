import Databases
import Engine
import Foundation
import TestSupport
import Testing
import Training

@testable import CrashWriter
@testable import Serving

/// What was acknowledged is in the log, whatever happens to the process or the disk.
@Suite struct LogCrashTests {
  private static func model(in folder: TemporaryFolder) throws -> String {
    let path = folder.path("model.safetensors")
    try RunningServer.table().trained.save(to: path)
    return path
  }

  private static func writer(_ arguments: String...) throws -> ChildProcess {
    try ChildProcess(ChildProcess.built("CrashWriter"), arguments, watching: .output)
  }

  private static func lines(of writer: ChildProcess) throws -> [String] {
    try writer.outcome().output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map(String.init)
  }

  @Test func killedAtAHundredMoments() throws {
    var generator = RandomGenerator(seed: 7)
    var count = 0
    for _ in 0..<5 {
      let folder = try TemporaryFolder()
      let (model, path) = (try Self.model(in: folder), folder.path("log.sqlite"))
      var acknowledged: [String] = []
      for turn in 0..<20 {
        let writer = try Self.writer("log", path, model, "\(turn)")
        try #require(writer.nextLine() == "start", "it ended before it began")
        usleep(UInt32(generator.below(60_000)))
        writer.send(SIGKILL)
        acknowledged += try Self.lines(of: writer).dropFirst()
      }
      let file = try LogFile(path, .read)
      let integrity: String? = try file.store.read { try $0.first("PRAGMA integrity_check") }
      #expect(integrity == "ok")
      let labelled = try LogReader(path: path).rows(labelled: true)
      let known = Dictionary(uniqueKeysWithValues: labelled.map { ($0.id, $0.truth) })
      for id in acknowledged { #expect(known[id] == .label("yes"), "\(id)") }
      count += acknowledged.count
    }
    #expect(count > 0)
  }

  @Test func aFullDiskDropsRowsAndSaysSo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("log.sqlite")
    let said = try Self.lines(of: Self.writer("fullLog", path, Self.model(in: folder)))
    try #require(said.count == 5, "\(said)")
    let dropped = try #require(Int(said[0]))
    #expect(dropped > 0)
    #expect(said[1].hasPrefix("\(dropped) rows dropped; log.sqlite: "), "\(said[1])")
    #expect(said[2] == "refused")
    let rows = try LogReader(path: path).rows()
    #expect(rows.count == Int(said[4])! - dropped)
    #expect(rows.first?.truth == (said[3] == "none" ? nil : .label(said[3])))
    #expect(rows.last?.id == "last" && rows.last?.truth == .label("yes"))
  }
}
