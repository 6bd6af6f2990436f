import Engine
import Testing

@testable import Networks

/// What a diagnosis says of clipping and penalty comes from the formulas that training runs.
@Suite struct OwnFormulaTests {
  private let gradients: [[Float]] = [[3, -4], [0, 12]]

  @Test func clippingTakesWhatItsLimitSays() throws {
    #expect(abs(try Clipping.globalNorm(6.5).shareTaken(from: gradients) - 0.5) < 1e-12)
    #expect(try Clipping.globalNorm(13).shareTaken(from: gradients) == 0)
    // Norms 5 and 12 become 5 and 6, numbers 3, −4 and 12 become 3, −3 and 3.
    let norm = 1 - (25.0 + 36).squareRoot() / 13
    #expect(abs(try Clipping.norm(6).shareTaken(from: gradients) - norm) < 1e-12)
    let value = 1 - 27.0.squareRoot() / 13
    #expect(abs(try Clipping.value(3).shareTaken(from: gradients) - value) < 1e-12)
    #expect(try Clipping.norm(1).shareTaken(from: [[0, 0]]) == 0)
  }

  @Test func penaltyCountsKernelsOnly() throws {
    let kernel = try Tensor([2, 2], [1, -2, 3, 0])
    let tensors = [("dense/kernel", kernel), ("dense/bias", try Tensor([1], [9]))]
    #expect(try Penalty(l1: 0.5, l2: 0.25).value(of: tensors) == 0.5 * 6 + 0.25 * 14)
    #expect(try Penalty().value(of: tensors) == 0)
  }
}
