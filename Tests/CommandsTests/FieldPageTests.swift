import Foundation
import TestSupport
import Testing

/// The page of tables as people have them says what the program says now.
@Suite struct FieldPageTests {
  private struct Entry: Decodable {
    let file: String
  }

  private static let folder = "Tests/CommandsTests/Field"

  private static func entries() throws -> [Entry] {
    try JSONDecoder().decode(
      [Entry].self, from: Data(try repositoryText("\(folder)/files.json").utf8))
  }

  @Test func everyTableIsListed() throws {
    let files = try repositoryFiles(in: Self.folder).filter {
      $0.hasSuffix(".csv") || $0.hasSuffix(".tsv")
    }
    #expect(files == (try Self.entries()).map(\.file).sorted())
  }

  /// Remade by `Scripts/field.py`.
  @Test func readingsAreWhatTheProgramSays() throws {
    let page = try repositoryText("Docs/field.md")
    let program = try Program()
    for entry in try Self.entries() {
      try program.copy("\(Self.folder)/\(entry.file)", to: entry.file)
      let outcome = try program("data", entry.file)
      let said = (outcome.errors + outcome.output.components(separatedBy: "\nNext:")[0])
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(page.contains("### \(entry.file)\n\n```\n\(said)\n```"), "\(entry.file): \(said)")
    }
  }
}
