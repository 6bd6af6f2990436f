import Engine
import Foundation
import Logging
import Networks
import ServiceLifecycle
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct ModelRegistryTests {
  private let folder: TemporaryFolder
  private let registry: ModelRegistry
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    registry = ModelRegistry(path: folder.path("models"))
    file = folder.path("students.safetensors")
    try RunningServer.table().trained.save(to: file)
  }

  private func stages() throws -> [RegisteredVersion.Stage] {
    try registry.versions(of: "students").map(\.stage)
  }

  @Test func aVersionGoesItsWay() throws {
    #expect(try registry.names() == [])
    for number in 1...3 {
      #expect(try registry.register(file, as: "students", by: "me", why: "try").version == number)
    }
    #expect(try registry.names() == ["students"])
    #expect(try registry.live("students") == nil)
    try registry.promote("students", version: 1)
    try registry.promote("students", version: 3, by: "you", why: "better")
    #expect(try stages() == [.retired, .candidate, .live])
    #expect(try registry.rollback("students") == 1)
    #expect(try stages() == [.live, .candidate, .retired])
    try registry.promote("students", version: 2)
    #expect(try registry.rollback("students") == 1)
    #expect(try registry.rollback("students") == 2)
    let history = try registry.history(of: "students")
    #expect(
      history.map(\.action) == [
        .register, .register, .register, .promote, .promote, .rollback, .promote, .rollback,
        .rollback,
      ])
    #expect(history[4].who == "you" && history[4].why == "better")
    #expect(history.allSatisfy { $0.hash.count == 64 && $0.time.hasSuffix("Z") && !$0.who.isEmpty })
  }

  @Test func whatCannotBeLiveIsRefused() throws {
    try registry.register(file, as: "students")
    #expect(throws: Problem.self) { try registry.promote("students", version: 2) }
    #expect(throws: Problem.self) { try registry.promote("teachers", version: 1) }
    try registry.promote("students", version: 1)
    #expect(throws: Problem.self) { try registry.rollback("students") }
    try registry.promote("students", version: 1)
    #expect(try registry.history(of: "students").count == 2, "it was live already")
    // A file that was changed after it was registered.
    try registry.register(file, as: "students")
    var bytes = try folder.bytes("students.safetensors")
    bytes[bytes.count - 1] ^= 1
    try folder.write(bytes, to: "models/students/2/model.safetensors")
    #expect(throws: Problem.self) { try registry.promote("students", version: 2) }
    #expect(try stages() == [.live, .candidate])
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "../a", "a b", "ä", ".hidden", String(repeating: "a", count: 65),
  ])
  func namesThatAreNoFoldersAreRefused(_ name: String) {
    #expect(throws: Problem.self) { try registry.register(file, as: name) }
  }

  @Test func aLineThatWasCutOffIsNoLine() throws {
    try registry.register(file, as: "students")
    let log = try folder.text("models/students/log.jsonl")
    try folder.write(log + #"{"action":"promo"#, to: "models/students/log.jsonl")
    #expect(try registry.versions(of: "students").count == 1)
    try registry.promote("students", version: 1)
    #expect(try stages() == [.live])
    try folder.write(log + "nonsense\n", to: "models/students/log.jsonl")
    #expect(throws: Problem.self) { try registry.versions(of: "students") }
  }

  @Test func manyRegisterAtOnce() async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 { group.addTask { try registry.register(file, as: "students").version } }
      var seen: [Int] = []
      for try await version in group { seen.append(version) }
      #expect(seen.sorted() == Array(1...8))
    }
  }

  @Test func aServerFollowsTheLiveVersion() async throws {
    try registry.register(file, as: "students")
    try registry.register(file, as: "students")
    try registry.promote("students", version: 1)
    let slot = ModelSlot(try registry.load("students", version: 1))
    let watch = LiveModelWatch(
      registry: registry, name: "students", slot: slot,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, interval: .milliseconds(5))
    let group = ServiceGroup(services: [watch], logger: watch.logger)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      try registry.promote("students", version: 2)
      while slot.model.identity.version != 2 { try await Task.sleep(for: .milliseconds(2)) }
      try registry.rollback("students")
      while slot.model.identity.version != 1 { try await Task.sleep(for: .milliseconds(2)) }
      // One that does not prove itself leaves the old in its place.
      try folder.write("no model", to: "models/students/2/model.safetensors")
      let line =
        #"{"action":"promote","format":1,"hash":"x","time":"t","version":2,"who":"w","why":""}"#
        + "\n"
      try folder.write(
        try folder.text("models/students/log.jsonl") + line, to: "models/students/log.jsonl")
      try await Task.sleep(for: .milliseconds(50))
      #expect(slot.model.identity.version == 1)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}
