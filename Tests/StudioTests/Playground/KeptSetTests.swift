import Foundation
import TestSupport
import Testing

@testable import Studio

/// Files that are dropped together.
@Suite struct KeptSetTests {
  @Test func aFolderIsKeptBesideTheRunsAndNothingElsewhere() async throws {
    let folder = try TemporaryFolder()
    try await RunningStudio.with(folder: folder.path("runs")) { studio in
      let first = try await studio.ask("POST", "/api/data/sets?name=shapes")
      let second = try await studio.ask("POST", "/api/data/sets?name=shapes")
      let set = try #require(first.json["path"] as? String)
      #expect(set == folder.path("runs") + "/data/shapes")
      #expect(second.json["path"] as? String == set + "-2")
      let kept = try await studio.ask(
        "POST", "/api/data/sets/file?set=\(set)&name=circle/a.png", "bytes")
      #expect(kept.json["path"] as? String == set + "/circle/a.png")
      #expect(try folder.text("runs/data/shapes/circle/a.png") == "bytes")
      for (set, name) in [
        (set, "../a.png"), (set, "circle/../../a.png"), (set, ".hidden"), (set, ""),
        (folder.path("runs"), "a.png"), (set + "/../..", "a.png"), (set + "-3", "a.png"),
      ] {
        let refused = try await studio.ask(
          "POST", "/api/data/sets/file?set=\(set)&name=\(name)", "bytes")
        #expect(refused.status == 422, "\(set) \(name): \(refused.status)")
      }
    }
  }
}
