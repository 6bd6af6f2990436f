import TestSupport
import Testing

@testable import Studio

@Suite struct LabelJournalTests {
  private static func entry(_ number: Int, by: String = "Ada") -> LabelEntry {
    LabelEntry(
      .label("a \"quoted\" class\n\(number)", item: "folder/π \(number).png", settles: number == 2),
      by: by, at: "2026-11-27T10:00:00Z")
  }

  private static func read(_ path: String) throws -> [LabelEntry] {
    var journal = LabelJournal(path: path)
    var found: [LabelEntry] = []
    try journal.turn { news in
      found = news
      return []
    }
    return found
  }

  @Test func whatWasAcknowledgedIsThereWhereverAWriterIsCutOff() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.answers.jsonl")
    var journal = LabelJournal(path: path)
    var ends: [Int] = []
    for number in 0..<4 {
      try journal.turn { _ in [Self.entry(number)] }
      ends.append(try folder.bytes("a.answers.jsonl").count)
    }
    let whole = try folder.bytes("a.answers.jsonl")
    for cut in 0...whole.count {
      try folder.write(whole[..<cut], to: "a.answers.jsonl")
      let kept = ends.count { $0 <= cut }
      var later = LabelJournal(path: path)
      try later.turn { news in
        #expect(news == (0..<kept).map { Self.entry($0) }, "cut at \(cut)")
        return [Self.entry(9)]
      }
      #expect(try Self.read(path) == (0..<kept).map { Self.entry($0) } + [Self.entry(9)])
    }
  }

  @Test func writersAtTheSameTimeLoseNothing() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.answers.jsonl")
    let (people, each) = (6, 25)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for person in 0..<people {
        tasks.addTask {
          // Each opens the file by itself, as another process does.
          var journal = LabelJournal(path: path)
          for number in 0..<each {
            try journal.turn { _ in [Self.entry(number, by: "\(person)")] }
          }
        }
      }
      try await tasks.waitForAll()
    }
    let found = try Self.read(path)
    #expect(found.count == people * each)
    for person in 0..<people {
      #expect(
        found.filter { $0.by == "\(person)" }
          == (0..<each).map { Self.entry($0, by: "\(person)") })
    }
  }

  @Test func aDamagedLineIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"format_version\":1}\nnonsense\n", to: "a.jsonl")
    #expect {
      try Self.read(folder.path("a.jsonl"))
    } throws: { "\($0)".contains("a.jsonl:2") }
    try folder.write("{\"format_version\":2}\n", to: "a.jsonl")
    #expect {
      try Self.read(folder.path("a.jsonl"))
    } throws: { "\($0)".contains("newer Glassbox") }
  }
}
