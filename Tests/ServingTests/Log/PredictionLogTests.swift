import Databases
import Datasets
import Engine
import Foundation
import GRDB
import Networks
import Platform
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct PredictionLogTests {
  private static let rows: [Instances.Row] = [
    .named(["hours": 3, "sleep": nil, "subject": "a \"b\"\n\\", "stranger": 1]),
    .list([8.5, 6, "new"]),
  ]

  /// What a request of two rows leaves.
  private static func record(
    _ model: ServedModel, id: String = RequestID.next(), _ rows: [Instances.Row] = rows,
    _ wanted: PredictionLogSettings.Inputs = .full, time: UInt64 = SystemClock.milliseconds
  ) throws -> LogRecord {
    let prepared = try model.trained.prepared(.rows(rows), ServingLimits())
    let box = LoggedInputs.Box(wanted)
    box.keep(.rows(rows), prepared, of: model.trained)
    return LogRecord(
      id: id, time: time, model: model, inputs: box.inputs,
      predictions: try model.trained.answers(for: prepared).predictions, queued: 0.5, computed: 0.25
    )
  }

  private static func settings(
    _ folder: TemporaryFolder, _ store: TestStore = .sqlite
  ) -> PredictionLogSettings {
    PredictionLogSettings(path: store.place(in: folder, "log.sqlite"))
  }

  @Test(arguments: PredictionLogSettings.Inputs.allCases, TestStore.there)
  func rowsAreWhatWasAnswered(
    _ inputs: PredictionLogSettings.Inputs, _ store: TestStore
  ) async throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    let record = try Self.record(model, Self.rows, inputs)
    let log = try PredictionLog(Self.settings(folder, store))
    log.add(record)
    log.close()
    #expect(log.health == nil)
    let rows = try LogReader(path: Self.settings(folder, store).path).rows()
    try #require(rows.count == 2)
    for (place, row) in rows.enumerated() {
      let answer = record.predictions[place]
      #expect(row.id == record.id && row.instance == place && row.time == record.time)
      #expect(row.model == model.identity && row.classes == model.trained.labels)
      #expect(row.label == answer.label && row.value == nil && row.answer == nil)
      #expect(row.probabilities?.map { Float($0) } == answer.probabilities?.values)
      #expect(row.confidence.map { Float($0) } == answer.probabilities?[answer.label!])
      #expect(row.notes == answer.notes?.count ?? 0)
      #expect(row.queued == 0.5 && row.computed == 0.25)
      #expect(row.truth == nil && row.truths == 0)
      #expect(row.missing == (inputs == .none ? nil : place == 0 ? 1 : 0))
    }
    guard inputs == .full else {
      #expect(rows.allSatisfy { $0.inputs == nil })
      return
    }
    #expect(rows[0].inputs == ["hours": 3, "sleep": nil, "subject": "a \"b\"\n\\"])
    #expect(rows[1].inputs == ["hours": 8.5, "sleep": 6, "subject": "new"])
    #expect(rows[1].notes > 0)
  }

  /// Pixels stay out of the log, whether they came as a file or as numbers.
  @Test func ofImagesOnlyStatisticsAreKept() throws {
    let model = try RunningServer.images()
    let pixels = model.trained.model.inputShape.count
    let floats = (0..<2 * pixels).map { Float($0 % 7) / 7 }
    let levels: [Instances.Row] = [.list((0..<pixels).map { CellValue.number(Double($0)) })]
    let statistics = try #require(ImageStatistics(model.trained.preprocessing))
    for (inputs, count) in [
      (LoggedInputs.images(floats, sizes: [(40, 30), (5, 6)]), 2),
      (try Self.record(model, levels).inputs, 1),
    ] {
      let record = LogRecord(
        id: "a", model: model, inputs: inputs,
        predictions: [Prediction](
          repeating: try model.trained.predict(
            Examples(shape: model.trained.model.inputShape, floats: Array(floats[..<pixels])))[0],
          count: count), queued: 0, computed: 0)
      guard case .images(let kept, let sizes) = inputs else {
        Issue.record("levels were kept as cells")
        return
      }
      for (place, row) in record.rows.enumerated() {
        let expected = statistics.measure(Array(kept[place * pixels..<(place + 1) * pixels]))
        #expect(row.inputs == nil && row.missing == nil)
        #expect(row.image?.brightness == expected.brightness)
        #expect(row.image?.contrast == expected.contrast)
        #expect(row.image?.sharpness == expected.sharpness)
        #expect(row.image?.width == (sizes.isEmpty ? nil : sizes[place].width))
        #expect(row.image?.height == (sizes.isEmpty ? nil : sizes[place].height))
      }
    }
  }

  /// While the file cannot be written nobody waits, and what does not fit is counted.
  @Test(arguments: TestStore.there) func aFullBufferDropsAndCounts(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    var settings = Self.settings(folder, store)
    let record = try Self.record(model)
    settings.bufferBytes = 100 * record.bytes
    let log = try PredictionLog(settings)
    let other = try LogFile(settings.path, .write)
    try other.store.write { _ in
      for _ in 0..<1000 { log.add(try Self.record(model)) }
      #expect(log.dropped > 0)
      #expect(log.health?.hasPrefix("\(log.dropped) rows dropped") == true)
    }
    log.close()
    #expect(try LogReader(path: settings.path).rows().count == 2000 - log.dropped)
  }

  @Test func theFileStaysBelowItsSize() async throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    var settings = Self.settings(folder)
    settings.bytes = PredictionLogSettings.leastBytes
    let log = try PredictionLog(settings)
    let text = CellValue.text(String(repeating: "x", count: 20_000))
    for turn in 0..<40 {
      for number in 0..<30 {
        log.add(
          try Self.record(
            model, id: "\(turn)-\(number)", [.named(["hours": 3, "sleep": 7, "subject": text])]))
      }
      _ = try await log.add([Feedback(id: "\(turn)-0", .label("yes"))])
      let sizes = try folder.names().map { try folder.bytes($0).count }
      #expect(sizes.reduce(0, +) <= settings.bytes)
    }
    #expect(log.dropped == 0 && log.bytes > settings.bytes / 3)
    log.close()
    let rows = try LogReader(path: settings.path).rows()
    // The newest are there, in a row.
    #expect(rows.count < 1200 && rows.last?.id == "39-29")
    #expect(rows.map(\.number) == Array(rows[0].number...rows.last!.number))
    let file = try LogFile(settings.path, .read)
    let feedback: Int? = try file.store.read { try $0.first("SELECT count(*) FROM feedback") }
    #expect(feedback == rows.count { $0.truth != nil })
  }

  @Test(arguments: TestStore.there) func oldRowsGo(_ store: TestStore) async throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    var settings = Self.settings(folder, store)
    settings.days = 1
    let log = try PredictionLog(settings)
    let now = SystemClock.milliseconds
    // Two of them of a server whose clock is wrong, behind a good one.
    for hours in [1, 72, 25, 23, 0] {
      log.add(
        try Self.record(model, id: "\(hours)", time: now - UInt64(hours) * 3_600_000))
    }
    log.close()
    #expect(
      try LogReader(path: settings.path).rows().map(\.id) == ["1", "1", "23", "23", "0", "0"])
  }

  /// From many tasks, and from another opening of the file at the same time, while a third reads.
  @Test(arguments: TestStore.there) func manyWriteAtOnce(_ store: TestStore) async throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    let log = try PredictionLog(Self.settings(folder, store))
    let path = Self.settings(folder, store).path
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for task in 0..<8 {
        tasks.addTask {
          for number in 0..<20 {
            let id = "\(task)-\(number)"
            log.add(try Self.record(model, id: id))
            #expect(try await log.add([Feedback(id: id, .label("no"))]).accepted == 1)
            let file = try LogFile(path, .write)
            let reports = try file.write([], [[Feedback(id: id, .label("yes"))]])
            #expect(try reports[0].get().contradictions == 1)
            #expect(try LogReader(path: path).rows(labelled: true).contains { $0.id == id })
          }
        }
      }
      try await tasks.waitForAll()
    }
    log.close()
    let rows = try LogReader(path: path).rows()
    #expect(rows.count == 8 * 20 * 2)
    #expect(rows.filter { $0.instance == 0 }.allSatisfy { $0.truth == .label("yes") })
    #expect(rows.filter { $0.instance == 0 }.allSatisfy { $0.truths == 2 })
  }

  @Test(arguments: TestStore.there) func aStretchOfTimeIsRead(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    let log = try PredictionLog(Self.settings(folder, store))
    let start = SystemClock.milliseconds - 10_000
    for number in 0..<1500 {
      log.add(try Self.record(model, id: "\(number)", [Self.rows[1]], time: start + UInt64(number)))
    }
    log.close()
    let reader = try LogReader(path: Self.settings(folder, store).path)
    #expect(try reader.rows().map(\.id) == (0..<1500).map { "\($0)" })
    let window = try reader.rows(since: start + 200, until: start + 1300)
    #expect(window.map(\.id) == (200..<1300).map { "\($0)" })
    #expect(
      try reader.rows(since: start + 200, until: start + 1300, limit: 10).map(\.id)
        == (1290..<1300).map { "\($0)" })
    #expect(try reader.rows(model: "students").count == 1500)
    #expect(try reader.rows(model: "others").isEmpty)
    #expect(try reader.rows(since: start + 1500).isEmpty)
  }

  /// Of a database the size is estimated; the newest rows stay all the same.
  @Test(arguments: TestStore.there) func rowsStayBelowTheirSize(_ store: TestStore) async throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    var settings = Self.settings(folder, store)
    settings.bytes = PredictionLogSettings.leastBytes
    let log = try PredictionLog(settings)
    let text = CellValue.text(
      (0..<1500).map { "\($0 &* 2_654_435_761)" }.joined(separator: " "))
    for number in 0..<1200 {
      log.add(
        try Self.record(
          model, id: "\(number)", [.named(["hours": 3, "sleep": 7, "subject": text])]))
      if number % 100 == 99 { try await log.flush() }
    }
    log.close()
    #expect(log.dropped == 0 && log.bytes <= settings.bytes && log.bytes > settings.bytes / 4)
    let rows = try LogReader(path: settings.path).rows()
    #expect((100..<1190).contains(rows.count) && rows.last?.id == "1199", "\(rows.count)")
  }

  /// Servers of several machines log into one place, and whoever monitors reads what all of them said.
  @Test(arguments: TestStore.there) func severalServersShareALog(_ store: TestStore) async throws {
    let folder = try TemporaryFolder()
    let models = try (0..<2).map { _ in try RunningServer.table() }
    let logs = try (0..<4).map { _ in try PredictionLog(Self.settings(folder, store)) }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for (server, log) in logs.enumerated() {
        tasks.addTask {
          for number in 0..<50 {
            log.add(try Self.record(models[server % 2], id: "\(server)-\(number)"))
            if number % 10 == 9 { try await log.flush() }
          }
          // What one answered, another hears the truth of.
          try await Task.sleep(for: .milliseconds(500))
          let other = "\((server + 1) % 4)-0"
          #expect(try await log.add([Feedback(id: other, .label("no"))]).accepted == 1)
        }
      }
      try await tasks.waitForAll()
    }
    for log in logs {
      log.close()
      #expect(log.health == nil)
    }
    let rows = try LogReader(path: Self.settings(folder, store).path).rows()
    #expect(rows.count == 4 * 50 * 2)
    #expect(rows.map(\.number) == rows.map(\.number).sorted())
    #expect(Set(rows.map(\.id)).count == 200)
    #expect(rows.count { $0.truth == .label("no") } == 4)
    let file = try LogFile(Self.settings(folder, store).path, .read)
    // Servers of one model know it once.
    #expect(
      try file.store.read { try $0.first("SELECT count(*) FROM model") }
        == Set(models.map(\.identity)).count)
  }

  /// A store that cannot be written is not asked for each part of what has gathered.
  @Test(arguments: TestStore.there) func whatComesBehindAFailureIsDropped(
    _ store: TestStore
  ) throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    var settings = Self.settings(folder, store)
    settings.bufferBytes = 64 << 20
    let text = CellValue.text(String(repeating: "x", count: 20_000))
    let records = try (0..<150).map {
      try Self.record(model, id: "\($0)", [.named(["hours": 3, "sleep": 7, "subject": text])])
    }
    let log = try PredictionLog(settings)
    // No two rows have one name.
    _ = try LogFile(settings.path, .write).write([records[0]], [])
    for record in records { log.add(record) }
    log.close()
    #expect(log.dropped == 150)
    #expect(try LogReader(path: settings.path).rows().count == 1)
  }

  /// Anybody may ask a server how it is.
  @Test(arguments: TestStore.there) func healthSaysNothingOfThePlace(
    _ store: TestStore
  ) async throws {
    let folder = try TemporaryFolder()
    let settings = Self.settings(folder, store)
    let log = try PredictionLog(settings)
    try LogFile(settings.path, .write).store.write {
      _ = try $0.execute("ALTER TABLE prediction RENAME TO hidden")
    }
    log.add(try Self.record(try RunningServer.table()))
    try? await log.flush()
    log.close()
    let health = try #require(log.health)
    #expect(health.hasPrefix("2 rows dropped; ") && !health.contains(folder.path), "\(health)")
    #expect(
      store == .sqlite || health == "2 rows dropped; expected a prediction log that can be written",
      "\(health)")
  }

  /// A log of somebody else: its numbers need not follow each other.
  @Test(arguments: TestStore.there) func numbersMayBeAnything(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let model = try RunningServer.table()
    let settings = Self.settings(folder, store)
    let log = try PredictionLog(settings)
    let numbers: [(id: String, number: Int64)] = [("0", .min), ("1", 1 << 62), ("2", .max)]
    for (id, _) in numbers { log.add(try Self.record(model, id: id, [Self.rows[1]])) }
    log.close()
    let file = try LogFile(settings.path, .write)
    try file.store.write { session in
      for (id, number) in numbers {
        try session.execute("UPDATE prediction SET number = ?1 WHERE request = ?2", [number, id])
      }
    }
    let reader = try LogReader(path: settings.path)
    #expect(try reader.rows().map(\.id) == ["0", "1", "2"])
    #expect(try reader.rows(limit: 1).map(\.id) == ["2"])
    #expect(try file.usedBytes() > 0)
    #expect(try file.trim(bytes: 1, age: 86_400_000).predictions == 3)
  }

  @Test func othersFilesAreLeftAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write("no database at all, but long enough to be one", to: "text")
    let other = try DatabaseQueue(path: folder.path("other"))
    try other.write { try $0.execute(sql: "CREATE TABLE kept (id)") }
    try other.close()
    let newer = folder.path("newer")
    try PredictionLog(PredictionLogSettings(path: newer)).close()
    let file = try DatabaseQueue(path: newer)
    try file.write { try $0.execute(sql: "PRAGMA user_version = 99") }
    try file.close()
    for name in ["text", "other", "newer"] {
      let before = try folder.bytes(name)
      for access in [LogFile.Access.create, .write, .read] {
        #expect { try LogFile(folder.path(name), access) } throws: {
          ($0 as? Problem)?.kind == .malformed
        }
      }
      #expect(try folder.bytes(name) == before, "\(name)")
    }
    for access in [LogFile.Access.write, .read] {
      #expect { try LogFile(folder.path("nothing"), access) } throws: {
        ($0 as? Problem)?.kind == .missing
      }
    }
    #expect(throws: Problem.self) { try LogFile(folder.path("no/folder"), .create) }
  }

  @Test func settingsThatCannotBeAreRefused() {
    for change: (inout PredictionLogSettings) -> Void in [
      { $0.path = "" }, { $0.bytes = PredictionLogSettings.leastBytes - 1 }, { $0.days = 0 },
      { $0.days = .nan },
    ] {
      var settings = ServingSettings()
      settings.log = PredictionLogSettings(path: "log.sqlite")
      #expect(throws: Never.self) { try settings.check() }
      change(&settings.log!)
      #expect(throws: Problem.self) { try settings.check() }
    }
  }
}
