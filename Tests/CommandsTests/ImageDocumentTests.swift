import Foundation
import Glassbox
import TestSupport
import Testing

/// What `Docs/learning-from-images.md` says of the settings is what they are.
@Suite struct ImageDocumentTests {
  @Test func everyAugmentationIsDocumentedWithItsLargestValue() throws {
    let text = try repositoryText("Docs/learning-from-images.md")
    let rows = text.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
      .map { $0.components(separatedBy: " | ") }
    #expect(
      rows.map { $0[0].filter { !"|` ".contains($0) } }
        == Augmentation.CodingKeys.allCases.map(\.rawValue))
    for row in rows.dropFirst() {
      let name = row[0].filter { !"|` ".contains($0) }
      let largest = try #require(Double(row[1]))
      func read(_ value: Double) throws -> Augmentation {
        try JSONText.decode(Augmentation.self, from: "{\"\(name)\": \(value)}", at: "augment")
      }
      #expect(try read(largest) != Augmentation())
      #expect(throws: Problem.self) { try read(largest * 1.01) }
    }
  }
}
