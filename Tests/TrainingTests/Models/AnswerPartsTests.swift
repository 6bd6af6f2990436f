import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

/// Rows answered in pieces and in parts: the bytes of one reading, whatever the file and the cut.
@Suite struct AnswerPartsTests {
  private let folder: TemporaryFolder
  private let model: TrainedModel

  init() throws {
    folder = try TemporaryFolder()
    let rows = (0..<80).map { row in
      "\(row % 11).\(row % 4),\(["red", "blue", "green"][row % 3]),2024-\(10 + row % 3)-\(10 + row % 17),"
        + "\"n, \(row)\",\(row % 11 > 5 ? "yes" : "no")\n"
    }
    try folder.write("size,colour,day,note,label\n" + rows.joined(), to: "old.csv")
    var configuration = RunConfiguration()
    configuration.data.source = folder.path("old.csv")
    configuration.data.target = "label"
    configuration.data.ignore = ["note"]
    configuration.training.epochs = 3
    let experiment = try Experiment(configuration)
    let run = try experiment.run()
    try run.run()
    model = try experiment.model(of: run)
  }

  /// A file, and how it is said to be read.
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var settings = DataSettings()
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
    init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }
  }

  private static func text(
    _ rows: Int, end: String = "\n", note: (Int) -> String = { "n\($0)" },
    line: ((Int) -> String?)? = nil
  ) -> String {
    "size,colour,day,note\(end)"
      + (0..<rows).map { row in
        (line?(row)
          ?? "\(row % 13).5,\(row % 5 == 4 ? "pink" : "red"),2024-11-\(10 + row % 9),\(note(row))")
          + end
      }.joined()
  }

  private static let quoted = text(23) { row in
    ["\"a\nb\"", "\"\"\"x\"\"\n\n,y\"", "\"\r\n\"", "plain", "\"=1+1\"", "\"\""][row % 6]
  }

  private static let bad = text(
    31,
    line: { row in
      switch row % 10 {
      case 3: "abc,red,2024-11-11,n"
      case 5: "1,red"
      case 6: "1e300,red,2024-11-11,n"
      case 7: "NA,red,tomorrow,n"
      case 8: "-,?,2024-11-11,n,more"
      case 9: "-999,purple,n.a.,n"
      default: nil
      }
    })

  private static let german =
    "size;colour;day;note\n"
    + (0..<19).map { "1.00\($0 % 8),5;blue;\(1 + $0).12.2024;\"a;\n\($0)\"\n" }.joined()

  private static func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
    ("\u{FEFF}" + text).utf16.flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
      return bigEndian ? [high, low] : [low, high]
    }
  }

  static let kinds: [Kind] = {
    var latin = Kind(
      "Latin-1",
      "size,colour,day,note\n1,red,2024-11-11,".utf8 + [0xFC, 0x0A]
        + Array("2,red,2024-11-12,".utf8) + [0xE4, 0xF6, 0x0A])
    latin.settings.encoding = .latin1
    var commented = Kind("comments", text(9).replacing("\n3.5", with: "\n% no row\n3.5"))
    commented.settings.comment = "%"
    return [
      Kind("plain", text(40)), Kind("quoted line ends", quoted),
      Kind("CRLF", text(17, end: "\r\n")), Kind("CR", text(17, end: "\r")),
      Kind("CRLF and quotes", quoted.replacing("\n", with: "\r\n")),
      Kind("BOM", [0xEF, 0xBB, 0xBF] + Array(quoted.utf8)),
      Kind("UTF-16, low byte first", utf16(quoted + "1,rötlich,2024-11-11,😀\n", bigEndian: false)),
      Kind("UTF-16, high byte first", utf16(text(12) { "ä\($0)" }, bigEndian: true)),
      latin, commented,
      Kind("no final line end", String(text(11).dropLast())),
      Kind("final quote without line end", text(7) + "1,red,2024-11-11,\"x\ny\""),
      Kind("bad rows", bad),
      Kind("empty lines", text(12).replacing("\n", with: "\n\n\r\n")),
      Kind("one row", text(1)), Kind("three rows", text(3)),
      Kind("long and short rows", text(9) { String(repeating: "x", count: $0 % 3 * 700) }),
      Kind("decimal commas", german), Kind("lines before", "# one\n# two\n" + text(8)),
      Kind("nothing to answer", text(5) { _ in "x" }.replacing(".5,", with: "?!,")),
      Kind("missing numbers", text(40) { _ in "n" }.replacing("1.5,", with: "-999,")),
    ]
  }()

  private func facts(_ summary: AnswerSummary) throws -> [String] {
    summary.notes + summary.problems + summary.noted.map { "\($0.name): \($0.notes)" }
      + ["\(summary.rows) \(summary.unanswered) \(summary.notedRows) \(summary.guarded)"]
  }

  @Test(arguments: kinds) func anyPartsAreTheBytesOfOneReading(_ kind: Kind) throws {
    try folder.write(kind.bytes, to: "new.csv")
    let (data, whole) = (folder.path("new.csv"), folder.path("whole.csv"))
    let summary = try model.writeAnswers(
      rowsOf: data, keeping: ["note"], settings: kind.settings, toFile: whole)
    let expected = try folder.bytes("whole.csv")
    #expect(summary.rows > 0)
    // As a table that is read at once.
    let (_, table) = try model.answered(table: data, settings: kind.settings)
    let collected = try model.predict(
      files: [data], keeping: ["note"], settings: kind.settings, threads: 2)
    #expect(collected.predictions == table.predictions)
    #expect(collected.notes == summary.notes)
    #expect(table.notes == summary.notes)
    try collected.write(to: folder.path("collected.csv"))
    #expect(try folder.bytes("collected.csv") == expected)
    for rows in [1, 2, 7] {
      let pieces = try model.writeAnswers(
        rowsOf: data, keeping: ["note"], settings: kind.settings, pieceRows: rows, toFile: whole,
        force: true)
      #expect(try folder.bytes("whole.csv") == expected, "pieces of \(rows)")
      #expect(try facts(pieces) == facts(summary), "pieces of \(rows)")
    }
    for count in 1...9 {
      let paths = try (1...count).map { number in
        let path = folder.path("part-\(number)-of-\(count).csv")
        _ = try model.writeAnswers(
          rowsOf: data, part: FilePart(number, of: count), keeping: ["note"],
          settings: kind.settings, pieceRows: number == 2 ? 1 : number == 3 ? 3 : nil,
          toFile: path)
        return path
      }
      let parts = try AnswerParts(paths.reversed())
      try parts.write(to: folder.path("merged.csv"), force: true)
      #expect(try folder.bytes("merged.csv") == expected, "\(count) parts")
      #expect(try facts(parts.summary) == facts(summary), "\(count) parts")
    }
  }

  @Test func aHeaderAloneIsNoFileForAnyPart() throws {
    try folder.write("size,colour,day,note\n", to: "new.csv")
    for number in 1...2 {
      let problem = #expect(throws: Problem.self) {
        try model.writeAnswers(
          rowsOf: folder.path("new.csv"), part: FilePart(number, of: 2),
          toFile: folder.path("part.csv"))
      }
      #expect(problem?.found == "only the header line")
    }
    #expect(!folder.exists("part.csv") && !folder.exists("part.csv.part.json"))
  }

  /// Strict reading tells the same first problems in pieces of any size as of a table that is read at once.
  @Test func strictReadingTellsTheSameInPieces() throws {
    var settings = DataSettings()
    settings.strict = true
    for text in [Self.bad, Self.text(40), Self.text(9).replacing(",red", with: ",Red")] {
      try folder.write(text, to: "new.csv")
      let path = folder.path("new.csv")
      let expected = #expect(throws: Problem.self) {
        try model.answered(table: path, settings: settings)
      }
      for rows in [1, 3, 100] {
        let found = #expect(throws: Problem.self) {
          try model.writeAnswers(
            rowsOf: path, settings: settings, pieceRows: rows, toFile: folder.path("strict.csv"))
        }
        #expect(found?.description == expected?.description)
        #expect(!folder.exists("strict.csv"))
      }
    }
  }

  // MARK: What is no whole

  private func parts(_ count: Int, of data: String, named name: String = "p") throws -> [String] {
    try (1...count).map { number in
      let path = folder.path("\(name)-\(number).csv")
      _ = try model.writeAnswers(
        rowsOf: data, part: FilePart(number, of: count), toFile: path, force: true)
      return path
    }
  }

  private func refusal(_ paths: [String]) -> Problem? {
    #expect(throws: Problem.self) {
      try AnswerParts(paths).write(to: folder.path("merged.csv"))
    }
  }

  @Test func whatIsMissingDoubledOrForeignIsNamed() throws {
    try folder.write(Self.text(30), to: "new.csv")
    try folder.write(Self.text(29), to: "other.csv")
    let data = folder.path("new.csv")
    let good = try parts(4, of: data)
    #expect(refusal([good[0], good[1], good[3]])?.found == "none of part 3")
    #expect(refusal([])?.location == "parts")
    let twice = refusal(good + [good[2]])
    #expect(twice?.found.contains("part 3 of 4") == true)
    let three = try parts(3, of: data, named: "three")
    #expect(refusal([good[0], three[1]])?.found == "part 2 of 3")
    let others = try parts(4, of: folder.path("other.csv"), named: "other")
    #expect(refusal(good.dropLast() + [others[3]])?.location == others[3])
    let kept = folder.path("kept.csv")
    _ = try model.writeAnswers(
      rowsOf: data, part: FilePart(4, of: 4), keeping: ["note"], toFile: kept)
    #expect(refusal(good.dropLast() + [kept])?.found == "another way")
    #expect(refusal([folder.path("new.csv")])?.kind == .missing)
    let other = try model.with(
      Model(Sequential([Dense(1)]), inputShape: model.model.inputShape, loss: model.model.loss))
    _ = try other.writeAnswers(
      rowsOf: data, part: FilePart(4, of: 4), toFile: kept, force: true)
    #expect(refusal(good.dropLast() + [kept])?.found == "those of another")
    #expect(!folder.exists("merged.csv") && !folder.exists("merged.csv.partial"))
    try AnswerParts(good).verify()
  }

  @Test func whatIsDamagedIsNamed() throws {
    try folder.write(Self.text(30), to: "new.csv")
    let good = try parts(3, of: folder.path("new.csv"))
    let bytes = try folder.bytes("p-2.csv")
    for damaged in [
      Array(bytes.dropLast(3)), bytes + [0x0A], bytes.map { $0 == 0x31 ? 0x32 : $0 }, [],
    ] {
      try folder.write(damaged, to: "p-2.csv")
      let problem = refusal(good)
      #expect(problem?.location == good[1] && problem?.fix == "answer part 2 of 3 again")
    }
    try folder.write(bytes, to: "p-2.csv")
    // What is said of a part is read as a stranger's.
    let record = try folder.text("p-2.csv.part.json")
    for (old, new) in [
      ("\"part\" : 2", "\"part\" : 9"), ("\"version\" : 1", "\"version\" : 2"),
      ("\"file_bytes\" : ", "\"file_bytes\" : 9223372036854775"), ("{", "["),
      ("\"first_row\" : ", "\"first_row\" : -"), ("\"first_row\" : ", "\"first_row\" : 1"),
      ("\"unanswered\" : 0", "\"unanswered\" : 99"),
    ] {
      let changed = record.replacing(old, with: new)
      #expect(changed != record, "\(old)")
      try folder.write(changed, to: "p-2.csv.part.json")
      #expect(refusal(good) != nil, "\(new)")
    }
    try folder.write(record, to: "p-2.csv.part.json")
    try AnswerParts(good).verify()
  }

  /// A file that changes between two parts, at the same length, is found by the hashes.
  @Test func aFileThatChangedInBetweenIsFound() throws {
    let text = Self.text(30)
    try folder.write(text, to: "new.csv")
    var paths = try parts(3, of: folder.path("new.csv"))
    try folder.write(text.replacing("0.5,red", with: "9.5,red"), to: "new.csv")
    paths[2] = try parts(3, of: folder.path("new.csv"), named: "late")[2]
    #expect(refusal(paths)?.found.contains("changed in between") == true)
  }

  @Test(arguments: ["", "3", "0/8", "9/8", "3/0", "-1/2", "x", "1/2/3", "a/b", "1/1000000"])
  func aPartThatThereIsNotTeaches(_ text: String) {
    let problem = #expect(throws: Problem.self) { try FilePart(text) }
    #expect(problem?.expected.contains("such as 3/8") == true)
  }
}
