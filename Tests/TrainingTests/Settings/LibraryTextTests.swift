import TestSupport
import Testing
import Training

/// What the library says and what is written about settings.
@Suite struct LibraryTextTests {
  /// The documentation lists the settings as they are declared; `glassbox inspect --settings` prints them.
  @Test func theDocumentationListsEverySetting() throws {
    let text = try repositoryText("Docs/settings.md")
    #expect(text.hasSuffix(RunConfiguration.settings.text))
  }

  /// A server and an app have settings but no flags: only the program speaks of flags and commands.
  @Test func theLibraryNamesNoFlags() throws {
    // A run's page is made for people at a terminal, and tells them how to make the run again.
    // Style sheets name their variables as flags are named.
    let others = [
      "Sources/Commands/", "Sources/Diagnosis/Reports/ReportPage", "Sources/Formatting/FigureStyle",
    ]
    var checked = 0
    for path in try repositoryFiles(below: "Sources", suffix: ".swift")
    where !others.contains(where: path.hasPrefix) {
      let text = try repositoryText(path)
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
