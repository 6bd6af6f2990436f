import TestSupport
import Testing

/// What the pages name is there.
@Suite struct PagesTests {
  private static let folders = [
    "Sources/", "Tests/", "Docs/", "Scripts/", "Examples/", "Benchmarks/", "Deploy/",
  ]

  @Test func everyFileThatAPageNamesExists() throws {
    let pages =
      try repositoryFiles(in: ".").filter { $0.hasSuffix(".md") }
      + repositoryFiles(below: "Docs", suffix: ".md")
    var found = 0
    for page in pages {
      // Every second part stands between backticks.
      let parts = try repositoryText(page).split(separator: "`", omittingEmptySubsequences: false)
      for (place, part) in parts.enumerated() where !place.isMultiple(of: 2) {
        let path = String(part.split(separator: " ").first ?? "")
        guard Self.folders.contains(where: path.hasPrefix), !path.contains("<"), !path.contains("*")
        else { continue }
        found += 1
        #expect(repositoryHas(path), "\(page) names \(path)")
      }
    }
    #expect(found > 40)
  }
}
