import Foundation
import Testing

@testable import Diagnosis

/// Reports of earlier versions, whose rows were counted from 0.
@Suite struct HostileFindingsTests {
  private func mistake(row: String) throws -> Findings.Mistake {
    let text =
      "{\"row\": \(row), \"truth\": \"a\", \"answer\": \"b\", \"inputs\": [], \"inputs_left_out\": 0}"
    return try JSONDecoder().decode(Findings.Mistake.self, from: Data(text.utf8))
  }

  @Test func theLargestRowIsRefused() throws {
    #expect(try mistake(row: "6").row == 7)
    #expect(throws: DecodingError.self) { try mistake(row: "9223372036854775807") }
  }
}
