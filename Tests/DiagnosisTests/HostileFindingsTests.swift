import Foundation
import Testing

@testable import Diagnosis

/// Reports of earlier versions, whose rows were counted from 0.
@Suite struct HostileFindingsTests {
  private func mistake(row: String) throws -> Findings.Mistake {
    let text =
      "{\"row\": \(row), \"truth\": \"a\", \"answer\": \"b\", \"inputs\": [], \"inputsLeftOut\": 0}"
    let later = text.replacing("inputsLeftOut", with: "inputs_left_out")
    do {
      return try JSONDecoder().decode(Findings.Mistake.self, from: Data(text.utf8))
    } catch DecodingError.keyNotFound {
      return try JSONDecoder().decode(Findings.Mistake.self, from: Data(later.utf8))
    }
  }

  @Test func theLargestRowIsRefused() throws {
    #expect(try mistake(row: "6").row == 7)
    #expect(throws: DecodingError.self) { try mistake(row: "9223372036854775807") }
  }
}
