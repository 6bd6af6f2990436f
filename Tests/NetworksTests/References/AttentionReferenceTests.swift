import Testing

@testable import Networks

/// Attention and transformer blocks against Keras and PyTorch: outputs, gradients and the weights after
/// two steps.
@Suite struct AttentionReferenceTests {
  static let cases = Result { try LayerReference.cases("attention.json") }

  @Test func theFileHasEveryCase() throws {
    #expect(try Self.cases.get().count == 16)
    #expect(Set(try Self.cases.get().map(\.name)).count == 16)
  }

  @Test(arguments: try cases.get())
  func equalsKerasAndPyTorch(_ example: LayerReference) throws {
    let worst = try example.compare()
    #expect(worst.exact <= 1e-6, "\(worst)")
    #expect(worst.fast <= 1e-4, "\(worst)")
  }
}
