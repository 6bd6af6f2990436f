import Testing

@testable import Networks

/// Layers for the rows of tables against the papers' formulas: outputs, gradients and the weights after
/// some steps.
@Suite struct TableReferenceTests {
  static let cases = Result { try LayerReference.cases("tables.json") }

  @Test func theFileHasEveryCase() throws {
    #expect(Set(try Self.cases.get().map(\.name)).count == 7)
  }

  @Test(arguments: try cases.get())
  func equalsTheFormula(_ example: LayerReference) throws {
    let worst = try example.compare()
    #expect(worst.exact <= 1e-6, "\(worst)")
    #expect(worst.fast <= 1e-4, "\(worst)")
  }
}
