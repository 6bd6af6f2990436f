import Testing
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the library says and what is written about settings.
@Suite struct LibraryTextTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The documentation lists the settings as they are declared; `glassbox inspect --settings` prints them.
  @Test func theDocumentationListsEverySetting() throws {
    let text = try String(
      contentsOf: Self.root.appending(path: "Docs/settings.md"), encoding: .utf8)
    #expect(text.hasSuffix(RunConfiguration.settings.text))
  }

  /// A server and an app have settings but no flags: only the program speaks of flags and commands.
  @Test func theLibraryNamesNoFlags() throws {
    let sources = Self.root.appending(path: "Sources")
    // A run's page is made for people at a terminal, and tells them how to make the run again.
    let others = ["Commands/", "Diagnosis/Reports/ReportPage"]
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    var checked = 0
    for path in paths
    where path.hasSuffix(".swift") && !others.contains(where: path.hasPrefix) {
      let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
      checked += 1
      for line in text.split(separator: "\n") {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//") else { continue }
        for literal in code.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        where !literal.offset.isMultiple(of: 2) {
          let isFlag = literal.element.firstMatch(of: /(^| |`)--[a-z]/) != nil
          let isCommand = literal.element.firstMatch(of: /glassbox [a-z]/) != nil
          #expect(!isFlag && !isCommand, "\(path): \(line)")
        }
      }
    }
    #expect(checked > 100)
  }
}
