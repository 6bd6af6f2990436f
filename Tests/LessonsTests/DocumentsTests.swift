import Engine
import Testing

@testable import Lessons

/// The five documents of worked examples, written in the notation with their numbers as printed.
@Suite struct DocumentsTests {
  static let files = [
    "one-neuron", "learning-cycle", "study-hours", "house-price", "digits-and-dogs",
  ]

  /// Found by hand, with another program: what is printed, and what is right.
  static let errors: [String: [(text: String, of: String, right: Double)]] = [
    "learning-cycle": [("0.2443", "L", 0.24443183216018016)],
    "digits-and-dogs": [
      ("0.31", "dot(image, w2)", 0.84), ("0.49", "dot(image, w3)", 0.83),
      ("0.36", "dot(image, w4)", 0.93),
      ("p_dog - t_dog", "dL/dz_dog", -0.2156745072326106),
    ],
  ]

  @Test(arguments: files) func exactlyTheKnownErrorsAreFound(_ file: String) throws {
    let report = try exampleFile(file).check()
    let wrong = report.claims.filter { $0.verdict == .wrong }
    let expected = Self.errors[file] ?? []
    #expect(wrong.map(\.text) == expected.map(\.text))
    #expect(wrong.map(\.of) == expected.map(\.of))
    for (claim, error) in zip(wrong, expected) {
      #expect((claim.right - error.right).magnitude < 1e-12)
    }
    #expect(report.isRight == expected.isEmpty)
  }

  @Test func whatIsInheritedNamesItsOrigin() throws {
    let report = try exampleFile("digits-and-dogs").check()
    let wrong = Set(report.claims.filter { $0.verdict == .wrong }.map(\.place))
    let inherited = report.claims.filter { $0.verdict == .inherited }
    #expect(inherited.count == 40)
    #expect(inherited.allSatisfy { $0.origin.map(wrong.contains) ?? false })
    func right(_ text: String, of: String) -> Double? {
      inherited.first { $0.text == text && $0.of == of }?.right
    }
    // The right numbers, by numpy.
    let expected: [(String, String, Double)] = [
      ("1.121", "1.224 + 0.033 + 0.038 + 0.026 - 0.2", 1.405),
      ("0.861", "0.897 + 0.207 + 0.057 - 0.3", 1.4364),
      ("0.657", "2.366 / 3.600", 0.6741905313692327),
      ("-0.311", "-0.438 * 0.71", -0.15312890013515354),
      ("0.80311", "0.8 + 0.00311", 0.8015312890013516),
    ]
    for (text, of, value) in expected {
      let found = try #require(right(text, of: of), "\(text)")
      #expect((found - value).magnitude < 1e-12)
    }
  }

  @Test(arguments: files) func aPlantedErrorIsFoundAtItsPlace(_ file: String) throws {
    try expectPlantedErrorsFound(in: exampleText(file))
  }

  @Test(arguments: files) func reportsFitTheTerminalAndReadBack(_ file: String) throws {
    let report = try exampleFile(file).check()
    let lines = report.text().split(separator: "\n").map { String($0) }
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.last!.hasSuffix(report.summary))
    #expect(try decoded(encoded(report)) == report)
  }
}
