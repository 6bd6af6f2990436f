import Engine
import Testing

@testable import Datasets

/// Hands out at most a few bytes at a time, as a pipe may.
struct DripSource: ByteSource {
  var base: MemorySource
  var generator: RandomGenerator
  var name: String { base.name }
  var length: Int? { nil }

  init(_ bytes: [UInt8], seed: UInt64) {
    base = MemorySource(bytes, name: "drip.csv")
    generator = RandomGenerator(seed: seed)
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let most = min(buffer.count, 1 + generator.below(7))
    return base.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<most]))
  }

  mutating func rewind() throws { base.rewind() }
}

func source(_ text: String, name: String = "data.csv") -> MemorySource {
  MemorySource(Array(text.utf8), name: name)
}

/// The sentence of the problem that `body` throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "nothing was thrown"
  } catch { return "\(error)" }
}

@Suite struct CSVReaderTests {
  private func rows(_ source: any ByteSource, pieceSize: Int = 1 << 20) throws -> [[String]] {
    let reader = try CSVReader(source, pieceSize: pieceSize)
    var rows = [reader.header]
    while try reader.readRow({ row in
      #expect(reader.checkWidth(of: row) == nil)
      rows.append(try (0..<row.count).map { try row.text($0) })
    }) {}
    return rows
  }

  @Test func lineEndsQuotesAndEmptyFields() throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["a,b,c", "1,,\"x,y\"", "\"\",\"say \"\"hi\"\"\",3\"", ",,"].joined(separator: end)
      let expected = [
        ["a", "b", "c"], ["1", "", "x,y"], ["", "say \"hi\"", "3\""], ["", "", ""],
      ]
      #expect(try rows(source(text)) == expected)
      #expect(try rows(source(text + end)) == expected)
      #expect(try rows(source(text + end + end + end)) == expected)
    }
    #expect(try rows(source("a\n\"1\r\n2\n\"\n")) == [["a"], ["1\r\n2\n"]])
  }

  @Test func byteOrderMarkAndOtherDelimiters() throws {
    #expect(try rows(source("\u{FEFF}a,b\n1,2")) == [["a", "b"], ["1", "2"]])
    var dialect = CSVDialect()
    dialect.delimiter = UInt8(ascii: ";")
    let reader = try CSVReader(source("a;b\n1,5;2"), dialect: dialect)
    var row: [String] = []
    #expect(try reader.readRow { row = [try $0.text(0), try $0.text(1)] })
    #expect(row == ["1,5", "2"])
    #expect(try !reader.readRow { _ in })
  }

  /// Random tables written out and read back through pieces of all sizes.
  @Test(arguments: 0..<60) func roundTrip(seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    let pieces = ["a", "7", ",", "\"", "\n", "\r\n", " ", "ü", "語", "\"\"", ";", "x y"]
    let end = ["\n", "\r\n"][generator.below(2)]
    let columns = 1 + generator.below(6)
    var table = [(0..<columns).map { "column \($0)" }]
    for _ in 0..<generator.below(40) {
      table.append(
        (0..<columns).map { _ in
          (0..<generator.below(6)).map { _ in pieces[generator.below(pieces.count)] }.joined()
        })
    }
    let text =
      table.map { row in
        row.map { field in
          let bytes = Array(field.utf8)
          let needsQuotes = bytes.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
          guard needsQuotes || bytes.isEmpty || generator.below(4) == 0 else { return field }
          // Doubled byte by byte: CR LF is one character in Swift.
          let doubled = bytes.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] }
          return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
        }.joined(separator: ",")
      }.joined(separator: end) + (generator.below(2) == 0 ? end : "")

    #expect(try rows(source(text)) == table)
    #expect(try rows(DripSource(Array(text.utf8), seed: seed), pieceSize: 16) == table)
  }

  @Test func problemsOfTheWholeFile() {
    #expect(
      message { _ = try CSVReader(source("")) }
        == "data.csv: expected a header line and rows, found an empty file.")
    #expect(
      message { _ = try CSVReader(source("\n\n")) }
        == "data.csv: expected a header line and rows, found an empty file.")
    #expect(
      message { _ = try CSVReader(source("a,b,a\n1,2,3")) }
        == "data.csv:1:5: expected different column names, found `a` twice, as columns 1 and 3. "
        + "Fix: rename or remove one of them.")
  }

  @Test func problemsWithTheirPlace() {
    #expect(
      message { _ = try rows(source("a,b\n1,\"two\nthree\n")) }
        == "data.csv:2:3: expected a closing quote, found the end of the file. "
        + "Fix: close the quote opened here.")
    #expect(
      message { _ = try rows(source("a,b\nü,\"two\"x\n")) }
        == "data.csv:2:8: expected a delimiter or a line end after the closing quote, "
        + "found other text. Fix: write quotes inside a quoted field twice.")
    let broken = MemorySource(Array("a,b\n\"x\ny\",".utf8) + [0xC3, 0x28, 0x0A], name: "data.csv")
    #expect(
      message { _ = try rows(broken) }
        == "data.csv:3:4: expected UTF-8 text, found bytes that are not. "
        + "Fix: save the file as UTF-8.")
    #expect(
      message {
        let text = "a\n\"" + String(repeating: "x", count: 5000)
        let reader = try CSVReader(source(text), pieceSize: 64, rowLimit: 1024)
        while try reader.readRow({ _ in }) {}
      } == "data.csv:2:1: expected rows of at most 1024 bytes, found a longer one. "
        + "Fix: look for a quote that is never closed.")
  }

  /// Millions of columns or of empty lines are told, or passed, at once.
  @Test func endlessRowsAndLines() throws {
    let most = CSVReader.mostColumns
    let start = ContinuousClock.now
    #expect(
      message { _ = try CSVReader(source(String(repeating: ",", count: 1_000_000))) }
        == "data.csv:1:\(most): expected at most \(most) columns, found more. "
        + "Fix: check that the file is a table, written row by row.")
    let wide = (1...most).map { "c\($0)" }.joined(separator: ",")
    #expect(try CSVReader(source(wide)).header.count == most)
    var lines: [Int] = []
    let blank = String(repeating: "\n", count: 1_000_000)
    let reader = try CSVReader(source(blank + "\r\r\na\r\n\r\n" + blank + "1\n"))
    while try reader.readRow({ lines.append($0.line) }) {}
    #expect(lines == [2_000_005])
    #expect(
      message { _ = try CSVReader(source(blank)) }
        == "data.csv: expected a header line and rows, found an empty file.")
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
