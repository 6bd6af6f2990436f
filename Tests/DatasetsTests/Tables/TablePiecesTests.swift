import Datasets
import Engine
import Testing

/// Files that are read a piece at a time: the beginning decides, and training where it leaves it open.
@Suite struct TablePiecesTests {
  private func options() -> TableOptions {
    var options = TableOptions()
    options.columns = ["x", "when"]
    options.kinds = ["x": .numeric, "when": .date]
    options.keepsBadRows = true
    return options
  }

  private func read(
    _ text: String, _ options: TableOptions, beginning: Int = 2, rows: Int = 2
  ) throws -> (x: [Double?], when: [String?], problems: [String], notes: [String]) {
    let pieces = try TablePieces(
      Pipe(text), options, beginning: (rows: beginning, bytes: 1 << 20))
    var found: (x: [Double?], when: [String?], problems: [String]) = ([], [], [])
    while let table = try pieces.next(rows: rows) {
      for row in 0..<table.count {
        found.x.append(try table.column("x").text(row).flatMap(Double.init))
        found.when.append(try table.column("when").text(row))
      }
      found.problems += table.badRows.sorted { $0.key < $1.key }.map { "\($0.value)" }
    }
    return (found.x, found.when, found.problems, pieces.findings.notes)
  }

  /// Bytes that come once, a few at a time.
  private final class Pipe: ByteSource {
    let name = "pipe"
    let length: Int? = nil
    private let bytes: [UInt8]
    private var position = 0
    private var isReleased = false

    init(_ text: String) { bytes = Array(text.utf8) }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
      let count = min(buffer.count, bytes.count - position, 7)
      buffer.copyBytes(from: bytes[position..<position + count])
      position += count
      return count
    }

    func rewind() throws {
      #expect(!isReleased)
      position = 0
    }

    func releaseStart() { isReleased = true }
  }

  @Test func whatTheBeginningLeavesOpenIsAsInTraining() throws {
    var options = options()
    options.formats["x"] = NumberFormat(decimalSign: .comma, grouping: .point, unit: "kg")
    options.dateOrders["when"] = .dayFirst
    let found = try read(
      "x;when\n1;\n2;\n1.234,5 kg;3.4.2024\n\u{2212}7;31.12.2024\n1.5;x\n-;12/31/2024\n", options)
    #expect(found.x == [1, 2, 1234.5, -7, nil, nil])
    #expect(found.when == [nil, nil, "2024-04-03", "2024-12-31", nil, nil])
    #expect(found.problems.count == 2 && found.problems[0].hasPrefix("pipe:6:1"))
    #expect(found.problems[1].hasPrefix("pipe:7:3"))
    #expect(found.notes.contains { $0.contains("`-` in 1 cells taken as missing") })
  }

  @Test func whatTheBeginningDecidesHolds() throws {
    let found = try read(
      "x,when\n1.5,2024-01-02\n\"1,234.5\",2024-01-03\n\"1,5\",3.4.2024\n(8),2024-02-01\n",
      options())
    #expect(found.x == [1.5, 1234.5, nil, -8])
    #expect(found.when == ["2024-01-02", "2024-01-03", nil, "2024-02-01"])
    #expect(found.problems.count == 1 && found.problems[0].hasPrefix("pipe:4:"))
    #expect(found.notes.contains { $0.contains("with commas between thousands") })
  }

  /// Whether the piece is small or large, what is counted is the same.
  @Test func notesDoNotDependOnThePieces() throws {
    let text =
      "x,when\n"
      + (0..<60).map { "\($0 % 7 == 3 ? "-1" : $0 % 9 == 4 ? "n.a." : "\(500 + $0)"),NA\n" }
      .joined()
    let whole = try read(text, options(), beginning: 100, rows: 100)
    #expect(whole.notes.contains { $0.contains("cells are `-1`, far from the others") })
    #expect(whole.notes.contains { $0.contains("`NA` in 60 cells") })
    for rows in [1, 3, 8] {
      #expect(try read(text, options(), rows: rows).notes == whole.notes)
    }
  }

  /// The shares of parts meet, whatever their number and the length.
  @Test func everyRowIsInOnePart() throws {
    let text = "x,when\n" + (0..<50).map { "\($0),\"2024-01-02\"\n\n" }.joined()
    for count in [1, 2, 3, 7, 50, 1000] {
      var found: [String] = []
      var before = 0
      for number in 1...count {
        let pieces = try TablePieces(
          MemorySource(Array(text.utf8), name: "text"), options(),
          part: FilePart(number, of: count))
        #expect(pieces.rowsBefore == before)
        while let table = try pieces.next(rows: 9) {
          found += try (0..<table.count).map { try table.column("x").text($0) ?? "" }
          before += table.count
        }
        #expect(pieces.cut?.rows == before - (pieces.cut?.firstRow ?? 0))
      }
      #expect(found == (0..<50).map(String.init))
    }
  }
}
