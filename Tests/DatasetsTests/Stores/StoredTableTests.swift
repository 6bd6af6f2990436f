import Engine
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Datasets

/// Tables, examples and epochs that lie in files have the same bits as those in memory.
@Suite struct StoredTableTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  /// Several stretches of each kind of column, with gaps, numbers that need 8 bytes, and a column whose first
  /// texts come late.
  private func text(rows: Int) -> String {
    var generator = RandomGenerator(seed: 11)
    var text = "whole,part,wide,word,late,when,y\n"
    for row in 0..<rows {
      let whole = generator.below(9) == 0 ? "" : "\(generator.below(1000) - 500)"
      let part = "\(generator.below(100_000)).\(generator.below(10))\(row > 900 ? "25" : "")"
      let wide = "\(generator.normal() * 1e7)"
      let word = generator.below(7) == 0 ? "?" : ["red", "green", "blue"][generator.below(3)]
      let late = row < 700 ? "" : ["a", "b"][generator.below(2)]
      let when = "2024-0\(1 + generator.below(9))-1\(generator.below(9))"
      text += "\(whole),\(part),\(wide),\(word),\(late),\(when),\(generator.below(4))\n"
    }
    return text
  }

  private var folder: StoreFolder {
    StoreFolder(path: temporary.path("."), memory: 1 << 19, disk: 1 << 30)
  }

  private func store() throws -> TableStore {
    TableStore(try folder.file(for: "cells"), memory: folder.share)
  }

  private func tables(rows: Int = 1700) throws -> (memory: DataTable, stored: DataTable) {
    let bytes = Array(text(rows: rows).utf8)
    var options = TableOptions()
    let memory = try DataTable(csv: bytes, name: "t.csv", options: options)
    options.store = try store()
    return (memory, try DataTable(csv: bytes, name: "t.csv", options: options))
  }

  /// A cell that is missing equals no other as a number.
  private func isSame(_ one: DataTable, _ other: DataTable) -> Bool {
    one.columns.count == other.columns.count
      && zip(one.columns, other.columns).allSatisfy { one, other in
        one.name == other.name && one.reading == other.reading && one.count == other.count
          && (0..<one.count).allSatisfy { one.text($0) == other.text($0) }
      }
  }

  @Test func cellsAreTheSame() throws {
    let (memory, stored) = try tables()
    #expect((stored.stretch ?? .max) < 600 && stored.isStored && !memory.isStored)
    #expect(isSame(stored, memory))
    #expect(stored.summary == memory.summary && stored.notes == memory.notes)
    #expect(stored.columns.map(\.kind) == memory.columns.map(\.kind))
    for (one, other) in zip(stored.columns, memory.columns) {
      for row in [0, 511, 512, 1699, 3, 1024, 600] { #expect(one.text(row) == other.text(row)) }
      #expect(one.missingCount == other.missingCount)
      let rows = [1600, 2, 513]
      #expect((0..<3).map(one.keeping(rows).text) == (0..<3).map(other.keeping(rows).text))
    }
    #expect(stored.line(ofRow: 1000) == memory.line(ofRow: 1000))
    try stored.checkStore()
  }

  @Test func whatIsLearnedOfThemIsTheSame() throws {
    let (memory, stored) = try tables()
    let split = try Split(count: 1700, seed: 4)
    for task in [LearningTask.Choice.regression, .multiclass] {
      var options = PreprocessingOptions()
      options.task = task
      let (one, other) = try (
        Preprocessing(fitting: memory, targets: ["y"], rows: split.train, options: options),
        Preprocessing(
          fitting: stored, targets: ["y"], numbered: split[.train], options: options)
      )
      #expect(one == other)
      let parts = Split.Part.allCases.map { split[$0] }
      let data = try other.datasets(stored, parts, in: folder)
      for (part, found) in zip(parts, data) {
        let expected = try one.dataset(memory, rows: Array(part))
        let found = try #require(found)
        #expect(found.inputs.all.map(\.bitPattern) == expected.inputs.all.map(\.bitPattern))
        #expect(found.targets.all == expected.targets.all)
        #expect(found.targets.shape == expected.targets.shape)
        #expect(found.selecting([7, 3]).inputs.all == expected.selecting([7, 3]).inputs.all)
        #expect(found.answers.targets == expected.answers.targets)
      }
    }
  }

  @Test func anEpochHasItsOrder() throws {
    let (memory, stored) = try tables()
    let preprocessing = try Preprocessing(fitting: memory, target: "y")
    let data = try #require(
      try preprocessing.datasets(stored, [RowNumbers(0..<1700)], in: folder)[0])
    let shuffled = try #require(try ShuffledRows(data))
    #expect(try ShuffledRows(preprocessing.dataset(memory)) == nil)
    let (width, answers) = (data.inputs.shape.count, data.targets.shape.count)
    for epoch in 0..<3 {
      var generator = RandomGenerator(seed: 9, for: .epochOrder(epoch))
      let order = generator.permutation32(1700)
      shuffled.start(order)
      // From the middle on, as a resumed training does, then from the beginning.
      for places in [1000..<1037, 0..<32, 32..<64, 90..<700, 1650..<1700] {
        var (inputs, targets) = (
          [Float](repeating: .nan, count: places.count * width),
          [Float](repeating: .nan, count: places.count * answers)
        )
        try inputs.withUnsafeMutableBufferPointer { inputs in
          try targets.withUnsafeMutableBufferPointer { targets in
            try shuffled.copy(places, inputs: inputs.baseAddress, targets: targets.baseAddress)
          }
        }
        let expected = data.selecting(order[places].map { Int($0) })
        #expect(inputs == expected.inputs.all && targets == expected.targets.all)
      }
    }
  }

  @Test(arguments: [3, 60]) func rowsWithTheSameInputsAreFound(_ values: Int) throws {
    var text = "a,b,y\n"
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<1500 {
      text += "\(generator.below(values)),\(generator.below(values)),\(generator.below(2))\n"
    }
    var options = TableOptions()
    let memory = try DataTable(csv: Array(text.utf8), name: "t.csv", options: options)
    options.store = try store()
    let stored = try DataTable(csv: Array(text.utf8), name: "t.csv", options: options)
    let split = try Split(count: 1500, seed: 4)
    let preprocessing = try Preprocessing(fitting: memory, targets: ["y"], rows: split.train)
    let expected = Duplicates(try preprocessing.encode(memory), split)
    #expect(expected.count > 50)
    func inputs(_ row: Int) -> [String?] { memory.columns[..<2].map { $0.text(row) } }
    var before = Set(split.train.map(inputs))
    let validation = split.validation.count { before.contains(inputs($0)) }
    before.formUnion(split.validation.map(inputs))
    let test = split.test.count { before.contains(inputs($0)) }
    #expect(expected.count == validation + test)
    let data = try preprocessing.datasets(stored, Split.Part.allCases.map { split[$0] }, in: folder)
    #expect(try Duplicates(stored: data, split, in: folder) == expected)
    #expect(data[0]?.labelCounts(0) == [])
  }

  @Test func rowNumbersOfFourBytesAreTheSame() {
    for count in [0, 1, 2, 1000] {
      var (one, other) = (RandomGenerator(seed: 3), RandomGenerator(seed: 3))
      #expect(one.permutation(count) == other.permutation32(count).map { Int($0) })
    }
    let list = RowNumbers([3, 5, 9])
    #expect(list.place(of: 5) == 1 && list.place(of: 4) == nil && list.count(before: 6) == 2)
    let range = RowNumbers(4..<8)
    #expect(
      range == RowNumbers([4, 5, 6, 7]) && range.place(of: 7) == 3 && range.place(of: 8) == nil)
    #expect(Array(list.of(RowNumbers([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]))) == [6, 10, 18])
    #expect(Array(RowNumbers([0, 2]).of(RowNumbers(5..<9))) == [5, 7])
  }

  // MARK: The cache

  private func cache(
    _ way: String = "1", memory: Int = 1 << 19, disk: Int = 1 << 30, bytes: Int = 100_000
  ) -> TableCache {
    TableCache(
      in: StoreFolder(path: temporary.path("cache"), memory: memory, disk: disk), sha256: "ab",
      bytes: bytes, way: [way])
  }

  private func filled(_ store: TableStore, rows: Int = 1700) throws -> DataTable {
    var options = TableOptions()
    options.store = store
    return try DataTable(csv: Array(text(rows: rows).utf8), name: "t.csv", options: options)
  }

  private func kept() throws -> [String] { try temporary.names(in: "cache/tables") }

  private func read(_ cache: TableCache) throws -> (DataTable, note: String, wasRead: Bool) {
    var wasRead = false
    let (table, note) = try cache.table(called: "t.csv") { store in
      wasRead = true
      return try filled(store)
    }
    return (table, note, wasRead)
  }

  @Test func aTableIsReadOnce() throws {
    let memory = try tables().memory
    let first = try read(cache())
    #expect(first.wasRead && isSame(first.0, memory))
    let second = try read(cache())
    #expect(!second.wasRead && isSame(second.0, memory))
    #expect(second.0.notes == memory.notes && second.0.line(ofRow: 9) == memory.line(ofRow: 9))
    #expect(second.note.contains("read before"))
    #expect(try read(cache("2")).wasRead)
    // A folder that was given up is no table.
    #expect(try kept().count == 2)
  }

  @Test func aDamagedOneIsMadeAgain() throws {
    _ = try read(cache())
    let name = try #require(try kept().first)
    for file in ["cells", "index"] {
      let path = "cache/tables/\(name)/\(file)"
      var bytes = try temporary.bytes(path)
      bytes[bytes.count / 2] ^= 4
      try temporary.write(bytes, to: path)
      let again = try read(cache())
      #expect(again.wasRead && again.note.contains("damaged"), "\(file)")
      #expect(try !read(cache()).wasRead)
    }
  }

  @Test func whyItIsMadeAgainIsTold() throws {
    _ = try read(cache(memory: 1 << 21))
    #expect(try read(cache()).note.contains("for more memory"))
    let path = "cache/tables/\(try kept()[0])/index"
    let content = try temporary.text(path).split(separator: "\n", maxSplits: 1)[1]
      .replacing("\"version\":1", with: "\"version\":0")
    let sum = String(Array(content.utf8).withUnsafeBytes(Checksum.of), radix: 16)
    try temporary.write("\(sum)\n\(content)", to: path)
    #expect(try read(cache()).note.contains("another version"))
  }

  @Test func twoThatMakeTheSameDoNotDisturbEachOther() throws {
    let (found, _) = try cache().table(called: "t.csv") { store in
      // As another process does, or another machine.
      #expect(try read(cache()).wasRead)
      #expect(try read(cache("2")).wasRead && kept().count == 3)
      return try filled(store)
    }
    #expect(try isSame(found, tables().memory) && kept().count == 2)
    try found.checkStore()
  }

  @Test func whatWasGivenUpIsRemoved() throws {
    _ = try read(cache())
    let names = try kept()
    unlink(temporary.path("cache/tables/\(names[0])/index"))
    try temporary.write("1", to: "cache/tables/ab.12.partial/cells")
    try temporary.write("1", to: "cache/tables/cd/cells")
    #expect(try read(cache()).wasRead && kept() == names)
    #expect(try !read(cache()).wasRead)
    // Where reading fails, as for a file that is changed meanwhile, nothing is kept.
    #expect(throws: Problem.self) {
      try cache("2").table(called: "t.csv") { store in
        _ = try filled(store)
        throw Problem.data("t.csv", expected: "the same file", found: "another")
      }
    }
    #expect(try kept() == names)
  }

  @Test func aChangedFileIsKnown() throws {
    try temporary.write("a,b\n1,2\n", to: "t.csv")
    let state = try #require(FileState(path: temporary.path("t.csv")))
    #expect(FileState(path: temporary.path("t.csv")) == state && state.bytes == 8)
    try temporary.write("a,b\n1,2\n3,4\n", to: "t.csv")
    #expect(FileState(path: temporary.path("t.csv")) != state)
    #expect(FileState(path: temporary.path("none")) == nil)
  }

  @Test func cellsThatOutgrowTheDiskMakeRoomOrAreRefused() throws {
    _ = try read(cache("1"))
    let bytes = try temporary.bytes("cache/tables/\(kept()[0])/cells").count
    // A packed file says little of its cells.
    let problem = #expect(throws: Problem.self) {
      try read(cache("2", disk: bytes - 1, bytes: 1))
    }
    #expect(problem?.fix.contains("cache_disk") == true)
    // The one that was read first had to go before that was known.
    #expect(try kept().isEmpty)
    _ = try read(cache("1"))
    #expect(try read(cache("2", disk: 2 * bytes - 1, bytes: 1)).wasRead && kept().count == 1)
  }

  @Test func aFullDiskEndsTheReading() throws {
    let whole = try #require(tables(rows: 6000).stored.store?.file.end)
    let seen = Mutex(0)
    let store = TableStore(try folder.file(for: "cells"), memory: folder.share, room: 0) { bytes in
      seen.withLock { $0 = bytes }
      throw Problem.data("cells", expected: "room", found: "none")
    }
    #expect(throws: Problem.self) { try filled(store, rows: 6000) }
    #expect(seen.withLock { $0 > 0 && $0 < whole })
  }

  @Test func theOldestMakesRoomAndTooLittleIsRefused() throws {
    _ = try read(cache("1"))
    let names = try kept()
    let bytes = try temporary.bytes("cache/tables/\(names[0])/cells").count
    _ = try read(cache("2", disk: bytes + 100_000 - 1))
    let left = try kept()
    #expect(left.count == 1 && left != names)
    let problem = #expect(throws: Problem.self) { try read(cache("3", disk: 99_999)) }
    #expect(problem?.fix.contains("cache_disk") == true)
    // It could have no room, so nothing goes.
    #expect(try kept() == left && !read(cache("2")).wasRead)
    let preprocessing = try Preprocessing(fitting: tables().memory, target: "y")
    #expect(throws: Problem.self) {
      try preprocessing.datasets(
        tables().stored, [RowNumbers(0..<1700)],
        in: StoreFolder(path: temporary.path("."), memory: 1 << 19, disk: 1000))
    }
  }

  @Test func tooManyTextsAreRefused() throws {
    var options = TableOptions()
    options.store = try store()
    let bytes = Array(("a,y\n" + (0..<2000).map { "text \($0),1\n" }.joined()).utf8)
    let problem = #expect(throws: Problem.self) {
      try DataTable(csv: bytes, name: "t.csv", options: options)
    }
    #expect(problem?.fix.contains("memory") == true)
  }
}
