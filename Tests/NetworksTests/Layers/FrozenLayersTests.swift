import Engine
import Testing

@testable import Networks

@Suite struct FrozenLayersTests {
  private let layers: [any Layer] = [
    Dense(4, activation: .relu, name: "first"), BatchNorm(name: "norm"), Dropout(0.5),
  ]
  private let last = Dense(2, name: "last")

  /// Only what is not frozen is a parameter, and no running statistic is written.
  @Test func nothingFrozenIsLearned() throws {
    let cycle = try LearningCycle(
      Sequential([FrozenLayers(layers), last]), inputShape: [3], batch: 5, loss: .crossEntropy,
      optimizer: .sgd(learningRate: 0.1))
    #expect(cycle.parameters.map(\.variableName) == ["last/kernel", "last/bias"])
    let written = cycle.graph.assignments.map { cycle.graph.records[$0.variable].path }
    #expect(!written.contains { $0.hasPrefix("first") || $0.hasPrefix("norm") })
    let free = try LearningCycle(
      Sequential(layers + [last]), inputShape: [3], batch: 5, loss: .crossEntropy,
      optimizer: .sgd(learningRate: 0.1))
    #expect(free.parameters.count == 6)
    #expect(free.graph.assignments.count > cycle.graph.assignments.count)
  }

  /// The same names and, from the same seed, the same numbers as without it.
  @Test func tensorsKeepTheirNames() throws {
    let free = try Model(
      Sequential(layers + [last]), inputShape: [3], loss: .crossEntropy, seed: 4)
    let frozen = try Model(
      Sequential([FrozenLayers(layers), last]), inputShape: [3], loss: .crossEntropy, seed: 4)
    #expect(free.weightsSHA256 == frozen.weightsSHA256)
    #expect(free.tensors.map(\.name).contains("norm/moving_mean"))
    let input: [Float] = [0.5, -1, 2]
    #expect(try Predictor(free)(input) == Predictor(frozen)(input))
  }
}
