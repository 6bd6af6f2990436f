import Testing

@testable import Networks

/// Recurrent layers against Keras and PyTorch: outputs, gradients and the weights after two steps.
@Suite struct RecurrenceReferenceTests {
  static let cases = Result { try LayerReference.cases("recurrence.json") }

  @Test func theFileHasEveryCase() throws {
    #expect(try Self.cases.get().count == 41)
    #expect(Set(try Self.cases.get().map(\.name)).count == 41)
  }

  @Test(arguments: try cases.get())
  func equalsKeras(_ example: LayerReference) throws {
    let worst = try example.compare()
    #expect(worst.exact <= 1e-6, "\(worst)")
    #expect(worst.fast <= 1e-4, "\(worst)")
  }
}
