import Testing

@testable import Engine
@testable import Networks

/// The layer that adds what changes to a number of the input.
@Suite struct ChangeTests {
  private static func change(_ layers: [any Layer]) -> Change {
    Change(layers, from: [2, 1], base: 2, relative: [0, 1, 2], spread: 2, unit: 0.5)
  }

  @Test func theAnswerIsANumberOfTheInputAndAChange() throws {
    let layer = Self.change([Dense(2, usesBias: false, kernelInitializer: .ones)])
    let model = try Model(layer, inputShape: [4], loss: .meanSquaredError)
    // Inside stand (1 − 3) ÷ 2, (7 − 3) ÷ 2, 0 and 10, whose sum is 11.
    #expect(layer.inner([1, 7, 3, 10]) == [-1, 2, 0, 10])
    #expect(try Predictor(model)([1, 7, 3, 10]) == [3 + 5.5, 7 + 5.5])
    #expect(
      model.tensors.map { "\($0.name) \($0.tensor.shape)" } == [
        "change/relative [4]", "change/divisors [4]", "change/dense/kernel [4, 2]",
        "change/from [2]",
      ])
  }

  /// Whatever is added to all values of the series is added to the answers, with members too.
  @Test(arguments: [false, true]) func theLevelDoesNotCount(hasMembers: Bool) throws {
    let layers: [any Layer] =
      hasMembers ? [Members(3), Dense(4, activation: .relu), MemberDense(2)] : [Dense(2)]
    let model = try Model(
      Self.change(layers), inputShape: [4], loss: .meanSquaredError, seed: 5)
    let (one, other) = (
      try Predictor(model)([1, 7, 3, 10]), try Predictor(model)([65, 71, 67, 10])
    )
    #expect(zip(one, other).allSatisfy { ($1 - $0 - 64).magnitude < 1e-4 })
    let text = try JSONText.encode(Sequential([Self.change(layers)]))
    let again = try JSONText.decode(Sequential.self, from: text, at: "network")
    #expect(try JSONText.encode(again) == text)
    #expect(
      try Model(again, inputShape: [4], loss: .meanSquaredError, seed: 5).weightsSHA256
        == model.weightsSHA256)
  }

  @Test func stepsAndChannelsAreCountedInTheirOrder() throws {
    let layer = Change([Flatten(), Dense(1)], from: [4], base: 4, relative: [0, 2, 4])
    let model = try Model(layer, inputShape: [3, 2], loss: .meanSquaredError, seed: 2)
    let (one, other) = (
      try Predictor(model)([1, 0, 2, 1, 4, 0]), try Predictor(model)([9, 0, 10, 1, 12, 0])
    )
    #expect((other[0] - one[0] - 8).magnitude < 1e-4)
  }

  @Test(arguments: [
    Change([Dense(1)], from: [4], base: 0, relative: []),
    Change([Dense(1)], from: [0], base: -1, relative: []),
    Change([Dense(1)], from: [0], base: 0, relative: [9]),
    Change([Dense(1)], from: [], base: 0, relative: []),
    Change([Dense(2)], from: [0], base: 0, relative: []),
  ])
  func whatDoesNotFitIsRefused(_ layer: Change) {
    #expect(throws: Problem.self) {
      _ = try Model(layer, inputShape: [4], loss: .meanSquaredError)
    }
  }
}
