import Testing

@testable import Networks

/// Normalisation, embedding and residual layers against Keras and PyTorch: outputs, gradients, running
/// statistics and the weights after some steps.
@Suite struct NormalisationReferenceTests {
  static let cases = Result { try LayerReference.cases("normalisation.json") }

  @Test func theFileHasEveryCase() throws {
    #expect(try Self.cases.get().count == 20)
    #expect(Set(try Self.cases.get().map(\.name)).count == 20)
  }

  @Test(arguments: try cases.get())
  func equalsKeras(_ example: LayerReference) throws {
    let worst = try example.compare()
    #expect(worst.exact <= 1e-6, "\(worst)")
    #expect(worst.fast <= 1e-4, "\(worst)")
  }
}
