import Engine
import Testing

@testable import Datasets

/// How files are laid out is found out, and said.
@Suite struct CSVLayoutTests {
  @Test(
    arguments: [
      ("a;b\n1,5;2\n2,5;3", ["a", "b"], "cells are separated by semicolons"),
      ("a\tb\n1,2\tx\n3,4\ty", ["a", "b"], "cells are separated by tabs"),
      ("a|b\n1|2", ["a", "b"], "cells are separated by bars"),
      ("a  b c\n 1 2.5  3 \n4 5 6", ["a", "b", "c"], "cells are separated by spaces"),
      ("full name\nAnn Lee\nBob Roe", ["full name"], nil),
      ("text\n1 2\n3 4", ["text"], nil),
      ("\"a\" ,b\n\"x\"  ,\"1\" \n\"y,\" ,2", ["a", "b"], nil),
      ("a,b\n\"x;y\",1\n\"z;w\",2", ["a", "b"], nil),
      ("a\n1\n2", ["a"], nil),
      (
        "# made by hand\n# twice\na,b\n1,2", ["a", "b"],
        "lines of `#` before the rows are passed over: 2"
      ),
      ("#chrom\tstart\nx\t1\ny\t2", ["chrom", "start"], "cells are separated by tabs"),
      (
        ",a,b\n0,5,6\n1,7,8", ["column_1", "a", "b"],
        "columns without a name are called by their place"
      ),
      ("a,b\n1,2,\n3,4,", ["a", "b"], "the delimiter at the end of each row is passed over"),
      ("a,b\nr1,1,2\nr2,3,4", ["column_1", "a", "b"], "the first cell of each row has no name"),
      (
        "5.1,x\n4.9,y\n4.7,x\n5.4,y\n5.0,x\n5.2,y\n5.3,x", ["column_1", "column_2"],
        "the first line is a row like the others"
      ),
      ("1990,1991\n3.5,4\n3,4\n5,1\n2,2\n1,4\n6,5", ["1990", "1991"], nil),
      ("0,1,2\n0,5,2\n1,0,3\n0,1,2\n1,5,2\n0,1,0", ["0", "1", "2"], nil),
      ("name,age\nAnn,5\nBob,7", ["name", "age"], nil),
    ] as [(String, [String], String?)])
  func isFoundOut(text: String, header: [String], note: String?) throws {
    let reader = try CSVReader(source(text))
    #expect(reader.header == header)
    #expect(
      note.map { note in reader.notes.contains { $0.contains(note) } } ?? reader.notes.isEmpty,
      "\(reader.notes)")
    while try reader.readRow({ #expect(reader.checkWidth(of: $0) == nil) }) {}
  }

  /// A line above the header is no fault of all rows.
  @Test func aHeaderThatNoRowFitsIsToldSo() throws {
    let told = message {
      _ = try DataTable(
        csv: Array("178,13,red\n1,2,3,4,5\n1,2,3,5,6\n2,2,3,5,7".utf8), name: "t.csv")
    }
    #expect(told.contains("most rows have 5: name all columns in the header"), "\(told)")
  }

  @Test func isSaid() throws {
    var dialect = CSVDialect()
    (dialect.delimiter, dialect.hasHeader, dialect.comment) = (
      UInt8(ascii: ";"), false, UInt8(ascii: "%")
    )
    let reader = try CSVReader(source("a,b;c\n% \"no\n1;2"), dialect: dialect)
    #expect(reader.header == ["column_1", "column_2"])
    #expect(reader.notes.isEmpty)
    var rows: [[String]] = []
    while try reader.readRow({ row in rows.append([try row.text(0), try row.text(1)]) }) {}
    #expect(rows == [["a,b", "c"], ["1", "2"]])
  }

  /// Two encodings in pieces of every size.
  @Test(arguments: [1, 2, 3, 7, 1000]) func encodings(piece: Int) throws {
    let text = "größe,ort\n1,Łódź 🙂\n2,Zürich"
    var utf16: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { utf16 += [UInt8(unit & 255), UInt8(unit >> 8)] }
    var big: [UInt8] = [0xFE, 0xFF]
    for unit in text.utf16 { big += [UInt8(unit >> 8), UInt8(unit & 255)] }
    for bytes in [utf16, big] {
      let table = try DataTable(reading: SmallPieces(bytes, piece))
      #expect(table.summary == "größe: numeric, 1…2\nort: 2 categories (Łódź 🙂, Zürich)")
    }
    var options = TableOptions()
    options.encoding = .latin1
    let latin: [UInt8] = Array("gr".utf8) + [0xF6, 0xDF, 0x65] + Array("\n1 ".utf8) + [0x80, 0x0A]
    let table = try DataTable(reading: SmallPieces(latin, piece), options: options)
    #expect(table.summary == "größe: numeric, 1…1")
    #expect(table.notes.contains { $0.contains("in `€`") })
  }
}

/// Gives a few bytes at a time.
private struct SmallPieces: ByteSource {
  let name = "data.csv"
  var length: Int? { nil }
  private let bytes: [UInt8]
  private let size: Int
  private var position = 0

  init(_ bytes: [UInt8], _ size: Int) { (self.bytes, self.size) = (bytes, size) }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(size, buffer.count, bytes.count - position)
    buffer.copyBytes(from: bytes[position..<position + count])
    position += count
    return count
  }

  mutating func rewind() { position = 0 }
}

/// Files that are no text are named for what they are.
@Suite struct TableFileTests {
  @Test(
    arguments: [
      ([0x50, 0x41, 0x52, 0x31, 0], "a Parquet file", "read_parquet"),
      ([0x50, 0x4B, 3, 4, 20], "none", "unzip"),
      ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "an old Excel workbook", "save the sheet as CSV"),
      ([0x1F, 0x8B, 8, 0], "none", "gunzip"),
    ] as [([UInt8], String, String)]) func others(bytes: [UInt8], found: String, fix: String)
  {
    let told = message {
      _ = try TableFile.opened(MemorySource(bytes, name: "data.csv"), .none)
    }
    #expect(told.contains("found \(found)") && told.contains(fix), "\(told)")
  }

  @Test func packed() throws {
    let decoders = Decoders(
      gunzip: { _ in Array("a,b\n1,2".utf8) }, unzip: { bytes, name in Array("\(name)\n1".utf8) })
    for (start, summary) in [
      ([0x1F, 0x8B, 8, 0], "a: numeric, 1…1\nb: numeric, 2…2"),
      ([0x50, 0x4B, 3, 4], "packed: numeric, 1…1"),
    ] as [([UInt8], String)] {
      let source = try TableFile.opened(MemorySource(start, name: "packed"), decoders)
      #expect(try DataTable(reading: source).summary == summary)
    }
  }
}
