import Databases
import Engine
import Foundation
import Logging
import Networks
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct ModelRegistryTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("students.safetensors")
    try RunningServer.table().trained.save(to: file)
  }

  private func stages(_ registry: ModelRegistry) throws -> [RegisteredVersion.Stage] {
    try registry.versions(of: "students").map(\.stage)
  }

  private static func damage(_ version: Int, of registry: ModelRegistry) throws {
    try registry.put(
      "model.safetensors", Array("no model".utf8), beside: "students", version: version)
  }

  @Test(arguments: RegistryKind.there) func aVersionGoesItsWay(_ kind: RegistryKind) throws {
    let registry = kind.registry(in: folder)
    #expect(try registry.names() == [])
    for number in 1...3 {
      #expect(try registry.register(file, as: "students", by: "me", why: "try").version == number)
    }
    #expect(try registry.names() == ["students"])
    #expect(try registry.live("students") == nil)
    try registry.promote("students", version: 1)
    try registry.promote("students", version: 3, by: "you", why: "better")
    #expect(try stages(registry) == [.retired, .candidate, .live])
    #expect(try registry.rollback("students") == 1)
    #expect(try stages(registry) == [.live, .candidate, .retired])
    try registry.promote("students", version: 2)
    #expect(try registry.rollback("students") == 1)
    #expect(try registry.rollback("students") == 2)
    let history = try registry.history(of: "students")
    #expect(
      history.map(\.action) == [
        .register, .register, .register, .promote, .promote, .rollback, .promote, .rollback,
        .rollback,
      ])
    let other = kind.registry(in: folder, machine: "two")
    #expect(try other.history(of: "students") == history)
    #expect(history[4].who == "you" && history[4].why == "better")
    #expect(history.allSatisfy { $0.hash.count == 64 && $0.time.hasSuffix("Z") && !$0.who.isEmpty })
  }

  @Test(arguments: RegistryKind.there) func whatCannotBeLiveIsRefused(
    _ kind: RegistryKind
  ) throws {
    let registry = kind.registry(in: folder)
    #expect(throws: Problem.self) { try registry.promote("students", version: 1) }
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
    try registry.put("model.safetensors", bytes, beside: "students", version: 2)
    #expect(throws: Problem.self) { try registry.promote("students", version: 2) }
    #expect(try stages(registry) == [.live, .candidate])
  }

  @Test(arguments: [
    "", ".", "..", "a/b", "../a", "a b", "ä", ".hidden", String(repeating: "a", count: 65),
  ])
  func namesThatAreNoFoldersAreRefused(_ name: String) {
    let registry = RegistryKind.folder.registry(in: folder)
    #expect(throws: Problem.self) { try registry.register(file, as: name) }
  }

  @Test func aLineThatWasCutOffIsNoLine() throws {
    let registry = RegistryKind.folder.registry(in: folder)
    try registry.register(file, as: "students")
    let log = try folder.text("models/students/log.jsonl")
    try folder.write(log + #"{"action":"promo"#, to: "models/students/log.jsonl")
    #expect(try registry.versions(of: "students").count == 1)
    try registry.promote("students", version: 1)
    #expect(try stages(registry) == [.live])
    try folder.write(log + "nonsense\n", to: "models/students/log.jsonl")
    #expect(throws: Problem.self) { try registry.versions(of: "students") }
  }

  @Test(arguments: RegistryKind.there) func manyRegisterAtOnce(_ kind: RegistryKind) async throws {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for machine in 0..<8 {
        group.addTask {
          let registry = kind.registry(in: folder, machine: "\(machine)")
          return try registry.register(file, as: "students").version
        }
      }
      var seen: [Int] = []
      for try await version in group { seen.append(version) }
      #expect(seen.sorted() == Array(1...8))
    }
  }

  @Test(arguments: RegistryKind.there) func manyAreMadeLiveAtOnce(
    _ kind: RegistryKind
  ) async throws {
    let registry = kind.registry(in: folder)
    for _ in 0..<4 { try registry.register(file, as: "students") }
    try await withThrowingTaskGroup { group in
      for version in 1...4 {
        group.addTask {
          try kind.registry(in: folder, machine: "\(version)")
            .promote("students", version: version)
        }
      }
      try await group.waitForAll()
    }
    #expect(try registry.history(of: "students").count == 8)
    #expect(try stages(registry).count { $0 == .retired } == 3)
  }

  @Test(arguments: RegistryKind.there) func aServerFollowsTheLiveVersion(
    _ kind: RegistryKind
  ) async throws {
    let registry = kind.registry(in: folder)
    try registry.register(file, as: "students")
    try registry.register(file, as: "students")
    try registry.promote("students", version: 1)
    // It is another machine.
    let seen = kind.registry(in: folder, machine: "two")
    try await Self.following(seen) { slot in
      try registry.promote("students", version: 2)
      while slot.model.identity.version != 2 { try await Task.sleep(for: .milliseconds(2)) }
      try registry.rollback("students")
      while slot.model.identity.version != 1 { try await Task.sleep(for: .milliseconds(2)) }
      // One that does not prove itself leaves the old in its place.
      try registry.register(file, as: "students")
      try Self.damage(3, of: registry)
      try registry.home.add(to: "students", nil) { log in
        RegistryEvent(
          time: "t", who: "w", action: .promote, version: 3, hash: log[0].hash, why: "")
      }
      try await Task.sleep(for: .milliseconds(50))
      #expect(slot.model.identity.version == 1)
      try registry.promote("students", version: 2)
      while slot.model.identity.version != 2 { try await Task.sleep(for: .milliseconds(2)) }
    }
  }

  /// Follows a registry from its first version on while the body runs.
  private static func following(
    _ registry: ModelRegistry, from first: ServedModel? = nil,
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ body: @Sendable @escaping (ModelSlot) async throws -> Void
  ) async throws {
    let slot = ModelSlot(try first ?? registry.load("students", version: 1))
    let watch = LiveModelWatch(
      registry: registry, name: "students", slot: slot, logger: logger, interval: 0.005)
    let group = ServiceGroup(
      services: [watch], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      try await body(slot)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  // MARK: Stores

  private static let stores = RegistryKind.there.filter { $0 != .folder }

  @Test(arguments: stores) func aMachineHasACopyOfWhatItNeeds(_ kind: RegistryKind) throws {
    try kind.registry(in: folder).register(file, as: "students", why: "files")
    let other = kind.registry(in: folder, machine: "two")
    let copy = try other.folder(of: "students", version: 1)
    #expect(copy.hasPrefix(folder.path("two")))
    let model = try folder.bytes("students.safetensors")
    func bytes(_ name: String) throws -> [UInt8] {
      try AtomicFile.read("\(copy)/\(name)", limit: 1 << 30)
    }
    #expect(try bytes("model.safetensors") == model)
    // What was damaged there is fetched again, and what came later too.
    try AtomicFile.write(Array("no model".utf8), to: "\(copy)/model.safetensors")
    let note = (0..<2500).map { UInt8(truncatingIfNeeded: $0) }
    try kind.registry(in: folder).put("note.txt", note, beside: "students", version: 1)
    try kind.registry(in: folder).put("empty.txt", [], beside: "students", version: 1)
    #expect(try other.load("students", version: 1).identity.version == 1)
    #expect(try bytes("model.safetensors") == model)
    #expect(try bytes("note.txt") == note && bytes("empty.txt") == [])
    #expect(throws: Problem.self) { try other.folder(of: "students", version: 2) }
    // A name that leads out of the copy is none of a version's.
    try kind.registry(in: folder).put("../out", note, beside: "students", version: 1)
    #expect(throws: Problem.self) { try other.load("students", version: 1) }
  }

  @Test(arguments: stores) func aVersionThatIsTooLargeIsRefused(_ kind: RegistryKind) throws {
    let small = kind.registry(in: folder, mostBytes: 100)
    let problem = #expect(throws: Problem.self) { try small.register(file, as: "students") }
    #expect(problem?.kind == .cannotCreate && problem?.fix.contains("folder") == true)
    #expect(try kind.registry(in: folder).names() == [])
  }

  @Test func aRegistryOfAFolderIsNoStoreOfAnotherKind() throws {
    _ = try LogFile(folder.path("models.sqlite"), .create)
    let registry = RegistryKind.sqlite.registry(in: folder)
    #expect(throws: Problem.self) { try registry.names() }
    #expect(throws: Problem.self) { try registry.register(file, as: "students") }
  }

  @Test(
    .enabled(
      if: TestStore.canTestPostgreSQL,
      "needs the trait PostgreSQL and a server (of Debian: libpq-dev, postgresql)"))
  func aDatabaseThatIsAwayCostsNothing() async throws {
    let told = Mutex<[String]>([])
    let logger = Logger(label: "test") { _ in
      ToldLines { line in told.withLock { $0.append(line) } }
    }
    let gone = ModelRegistry(path: "postgres://ann:hidden@127.0.0.1:1/work/models")
    let model = try ServedModel(path: file, name: "students", version: 1)
    try await Self.following(gone, from: model, logger: logger) { slot in
      while told.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(2)) }
      try await Task.sleep(for: .milliseconds(200))
      #expect(slot.model.identity.version == 1)
    }
    let lines = told.withLock { $0 }
    #expect(lines.count == 1 && lines[0].contains("postgres://ann@127.0.0.1:1/work/models"))
    #expect(!lines[0].contains("hidden"))
    // One that comes again is followed again.
    let server = try PostgresServer()
    let place = server.address("models")
    func registry(_ machine: String) -> ModelRegistry {
      ModelRegistry(path: place, home: RegistryStore(place, cache: folder.path(machine)))
    }
    let one = registry("one")
    for _ in 0..<2 { try one.register(file, as: "students") }
    try one.promote("students", version: 1)
    try await Self.following(registry("two")) { slot in
      server.ask("stop")
      #expect(slot.model.identity.version == 1)
      server.ask("start")
      try one.promote("students", version: 2)
      while slot.model.identity.version != 2 { try await Task.sleep(for: .milliseconds(2)) }
    }
  }

  @Test(arguments: [
    ("postgres://h/d/models/students", "postgres://h/d/models", "students"),
    ("postgres://h/d/models/?a=b", "postgres://h/d/models?a=b", nil),
    (
      "postgresql:///d/models/students?host=/tmp/x", "postgresql:///d/models?host=/tmp/x",
      "students"
    ),
    ("postgres://h/d", "postgres://h/d", nil),
  ])
  func anAddressMayGoOnWithTheNameOfAModel(_ text: String, _ store: String, _ name: String?) throws
  {
    let parts = try #require(PostgresAddress.parts(of: text))
    #expect(parts.store == store && parts.name == name)
    guard let name else { return }
    guard case .live(let registry, let model) = try ModelSource(path: text) else {
      Issue.record("no registry")
      return
    }
    #expect(registry.path == store && model == name)
  }
}

/// Gives the lines of a log to a body.
private struct ToldLines: LogHandler {
  let tell: @Sendable (String) -> Void
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.info

  init(_ tell: @escaping @Sendable (String) -> Void) { self.tell = tell }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { tell("\(event.message) \(event.metadata ?? [:])") }
}
