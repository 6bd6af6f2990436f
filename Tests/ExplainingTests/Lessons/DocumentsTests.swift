import Engine
import Testing

@testable import Explaining

@Suite struct DocumentsTests {
  @Test func dump() throws {
    for file in ["one-neuron", "learning-cycle", "study-hours", "house-price", "digits-and-dogs"] {
      let report = try exampleFile(file).check()
      print(file, report.claims.count)
      for c in report.claims where c.verdict != .right {
        print(c.place, c.verdict, c.text, "of", c.of, c.claimed, c.right, c.origin as Any)
      }
    }
  }
}
