import Engine
import TestSupport
import Testing

@testable import Lessons

/// Worked examples with slips that were put in on purpose: these are found, and no others.
@Suite struct PlantedSlipTests {
  static let folder = "Tests/WorkedExamples"

  static var files: [String] {
    get throws {
      try repositoryFiles(in: folder).filter { $0.hasSuffix(".md") && $0 != "README.md" }
    }
  }

  /// A remark of a line: `# slip: 0.52 is 0.54`.
  private struct Slip: Hashable {
    var line: Int
    var text: String
    var right: Double
  }

  private static func slips(in text: String) throws -> [Slip] {
    try text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap {
      index, line in
      let parts = line.split(separator: "# slip: ")
      guard parts.count == 2 else { return nil }
      let words = parts[1].split(separator: " is ")
      let right = try #require(Double(words[1]))
      return Slip(line: index + 1, text: String(words[0]), right: right)
    }
  }

  @Test func thereAreTenWithAtLeastOneSlipEach() throws {
    #expect(try Self.files.count >= 10)
    for file in try Self.files {
      #expect(try !Self.slips(in: repositoryText("\(Self.folder)/\(file)")).isEmpty, "\(file)")
    }
  }

  @Test func exactlyTheSlipsAreFound() throws {
    for file in try Self.files {
      let text = try repositoryText("\(Self.folder)/\(file)")
      let slips = try Self.slips(in: text)
      let claims = try WorkedExample(markdown: text, path: file).check().claims
      let wrong = claims.filter { $0.verdict == .wrong }
      #expect(
        wrong.map { "\($0.place.line): \($0.text)" } == slips.map { "\($0.line): \($0.text)" },
        "\(file)")
      for (claim, slip) in zip(wrong, slips) {
        #expect((claim.right - slip.right).magnitude < 1e-9, "\(file):\(claim.place)")
      }
      // What the slips spoil names them.
      let places = Set(wrong.map(\.place))
      for claim in claims where claim.verdict == .inherited {
        #expect(claim.origin.map(places.contains) == true, "\(file):\(claim.place)")
      }
      #expect(claims.count > 3 * wrong.count, "\(file)")
    }
  }

  /// With the slips put right, or any number made wrong, the check says so.
  @Test func everyOtherNumberThatIsMadeWrongIsFoundToo() throws {
    for file in try Self.files {
      let text = try repositoryText("\(Self.folder)/\(file)")
      try expectPlantedErrorsFound(in: text)
    }
  }
}
