import Engine
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
    zip(one.columns, other.columns).allSatisfy { one, other in
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

  @Test func rowsWithTheSameInputsAreFound() throws {
    var text = "a,b,y\n"
    var generator = RandomGenerator(seed: 2)
    for _ in 0..<1500 {
      text += "\(generator.below(60)),\(generator.below(60)),\(generator.below(2))\n"
    }
    var options = TableOptions()
    let memory = try DataTable(csv: Array(text.utf8), name: "t.csv", options: options)
    options.store = try store()
    let stored = try DataTable(csv: Array(text.utf8), name: "t.csv", options: options)
    let split = try Split(count: 1500, seed: 4)
    let preprocessing = try Preprocessing(fitting: memory, targets: ["y"], rows: split.train)
    let expected = Duplicates(try preprocessing.encode(memory), split)
    #expect(expected.count > 50)
    let data = try preprocessing.datasets(stored, Split.Part.allCases.map { split[$0] }, in: folder)
    #expect(try Duplicates(stored: data, split, in: folder) == expected)
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

  private func cache(_ way: String = "1", disk: Int = 1 << 30) -> TableCache {
    TableCache(
      in: StoreFolder(path: temporary.path("cache"), memory: 1 << 19, disk: disk), sha256: "ab",
      bytes: 100_000, way: [way])
  }

  private func read(_ cache: TableCache) throws -> (DataTable, note: String, wasRead: Bool) {
    var wasRead = false
    let bytes = Array(text(rows: 1700).utf8)
    let (table, note) = try cache.table(called: "t.csv") { store in
      wasRead = true
      var options = TableOptions()
      options.store = store
      return try DataTable(csv: bytes, name: "t.csv", options: options)
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
    #expect(try temporary.names(in: "cache/tables").count == 2)
  }

  @Test func aDamagedOneIsMadeAgain() throws {
    _ = try read(cache())
    let name = try #require(try temporary.names(in: "cache/tables").first)
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

  @Test func theOldestMakesRoomAndTooLittleIsRefused() throws {
    _ = try read(cache("1"))
    let bytes = try temporary.bytes(
      "cache/tables/\(temporary.names(in: "cache/tables")[0])/cells"
    ).count
    _ = try read(cache("2", disk: bytes + 100_000 - 1))
    #expect(try temporary.names(in: "cache/tables").count == 1)
    let problem = #expect(throws: Problem.self) { try read(cache("3", disk: 99_999)) }
    #expect(problem?.fix.contains("cache_disk") == true)
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
