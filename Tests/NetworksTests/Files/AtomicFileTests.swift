import Engine
import Foundation
import TestSupport
import Testing

@testable import Networks

@Suite struct AtomicFileTests {
  /// The problem that the body throws; any other error fails the test.
  private func problem(_ body: () throws -> Void) -> Problem? {
    #expect(throws: Problem.self) { try body() }
  }

  @Test func writesReadsAndReplaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.bin")
    let long = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for bytes in [[], [1, 2, 3], long] {
      try AtomicFile.write(bytes, to: path)
      #expect(try AtomicFile.read(path, limit: bytes.count) == bytes)
      #expect(try folder.names() == ["a.bin"])
    }
    try AtomicFile.write(to: path) { sink in
      for piece in [[4], [], [5, 6]] as [[UInt8]] { try piece.withUnsafeBytes { try sink($0) } }
    }
    #expect(try AtomicFile.read(path, limit: 10) == [4, 5, 6])
  }

  @Test func aFailureInTheMiddleLeavesTheOldFile() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    let path = folder.path("a.bin")
    try AtomicFile.write([1, 2], to: path)
    #expect(throws: Stop.self) {
      try AtomicFile.write(to: path) { sink in
        try [UInt8](repeating: 9, count: 100_000).withUnsafeBytes { try sink($0) }
        throw Stop()
      }
    }
    #expect(try AtomicFile.read(path, limit: 10) == [1, 2])
    #expect(try folder.names() == ["a.bin"])
  }

  @Test func aLeftoverOfAKilledWriterIsOverwritten() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.bin")
    try Data(repeating: 7, count: 1000).write(to: URL(fileURLWithPath: path + ".partial"))
    try AtomicFile.write([1], to: path)
    #expect(try AtomicFile.read(path, limit: 10) == [1])
    #expect(try folder.names() == ["a.bin"])
  }

  @Test func manyWritersNeverMixTheirContents() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.bin")
    try AtomicFile.write([UInt8](repeating: 0, count: 20_000), to: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in UInt8(1)...4 {
        group.addTask {
          for _ in 0..<10 {
            try AtomicFile.write([UInt8](repeating: writer, count: 20_000), to: path)
            let seen = try AtomicFile.read(path, limit: 20_000)
            #expect(seen.count == 20_000 && Set(seen).count == 1)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try folder.names() == ["a.bin"])
  }

  @Test func linksAreFollowedAndPermissionsKept() throws {
    let folder = try TemporaryFolder()
    let (path, link) = (folder.path("a.bin"), folder.path("link"))
    try AtomicFile.write([1], to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "a.bin")
    try AtomicFile.write([2], to: link)
    #expect(try AtomicFile.read(path, limit: 10) == [2])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "a.bin")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
  }

  @Test func problemsSayWhatAndHow() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.bin")
    #expect(problem { _ = try AtomicFile.read(path, limit: 9) }?.kind == .missing)
    try AtomicFile.write([1, 2, 3], to: path)
    #expect(problem { _ = try AtomicFile.read(path, limit: 2) }?.kind == .malformed)
    #expect(problem { _ = try AtomicFile.read(path + "/b", limit: 2) }?.kind == .missing)
    #expect(problem { _ = try AtomicFile.read(folder.path, limit: 2) }?.found == "a folder")
    for (bad, found) in [
      (folder.path, "a folder"), (folder.path + "/", "a folder"),
      (folder.path("none/a"), "a folder on the path does not exist"),
      (path + "/b", "a part of the path is a file, not a folder"),
      (folder.path + "/" + String(repeating: "x", count: 300), "a name that is too long"),
      ("/dev/null", "a device, pipe or socket"), ("", "\"\""), ("a\0b", "\"a\0b\""),
    ] {
      let problem = problem { try AtomicFile.write([1], to: bad) }
      #expect(problem?.kind == .cannotCreate)
      #expect(problem?.found == found)
    }
    #expect(try folder.names() == ["a.bin"])
  }

  /// Errors that a test cannot cause everywhere.
  @Test func codesOfTheSystemBecomeSentences() {
    for code in [ENOSPC, EDQUOT, EIO] {
      #expect(Problem.system(code, .writing, "f").kind == .inputOutput)
      #expect(Problem.system(code, .creating, "f").kind == .inputOutput)
    }
    for code in [EACCES, EROFS, ENOENT, EISDIR, ENOTDIR] {
      let problem = Problem.system(code, .creating, "f")
      #expect(problem.kind == .cannotCreate)
      #expect(!problem.fix.isEmpty)
    }
    #expect(
      Problem.system(ENOSPC, .writing, "m.safetensors").description
        == "m.safetensors: expected the whole file to be written, found no space left on the "
        + "device. Fix: free some space or choose another disk.")
    #expect(Problem.system(EACCES, .reading, "f").kind == .inputOutput)
  }

  @Test func aPipeIsReadToItsEnd() throws {
    let pipe = Pipe()
    let sent = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0) })
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    Thread.detachNewThread {
      pipe.fileHandleForWriting.write(sent)
      try? pipe.fileHandleForWriting.close()
    }
    #expect(try AtomicFile.read("/dev/fd/\(descriptor)", limit: 1_000_000) == [UInt8](sent))
  }
}
