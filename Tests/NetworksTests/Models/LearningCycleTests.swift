import Engine
import Testing

@testable import Networks

@Suite struct LearningCycleTests {
  /// Three inputs, two sigmoid neurons without bias, half sum of squares, gradient descent at 0.001:
  /// a worked example with its printed numbers, run by the definitions and by the fast code.
  @Test func theWorkedExampleOfThreeInputsAndTwoNeurons() throws {
    let network = Sequential { Dense(2, activation: .sigmoid, usesBias: false) }
    let cycle = try LearningCycle(
      network, inputShape: [3], batch: 1, loss: .halfSumOfSquares,
      optimizer: .sgd(learningRate: 0.001))
    let weights = [0.1, 0.5, 0.9, 0.2, -0.3, 0.7]
    let feeds = [
      "input": [1, 0.5, 0.2], "target": [0, 1], "dense/kernel": weights, "learning rate": [0.001],
    ]
    let values = try cycle.graph.evaluate(
      [cycle.output, cycle.loss] + cycle.gradients, feeding: feeds)
    #expect(near(values[0], [0.62010643, 0.67699586], 5e-9))
    #expect(near(values[1], [0.24443183216018016], 1e-15))
    #expect(
      near(
        values[2],
        [0.14608123, -0.07063211, 0.07304061, -0.03531606, 0.02921625, -0.01412642], 5e-9))

    var generator = RandomGenerator(seed: 1)
    let store = try VariableStore(cycle.graph.variables, generator: &generator)
    try store.set("dense/kernel", to: Tensor([3, 2], weights.map(Float.init)))
    let program = try Program(
      cycle.graph, results: [cycle.loss], store: store, kernels: .chosen(), guarding: cycle.loss)
    for (name, values) in feeds {
      guard let input = program.input(name) else { continue }
      for (index, value) in values.enumerated() { input[index] = Float(value) }
    }
    #expect(program.run())
    #expect(abs(program.result(0)[0] - 0.24443184) < 1e-7)
    let new = store["dense/kernel"]!.values.map(Double.init)
    #expect(
      near(new, [0.09985392, 0.50007063, 0.89992696, 0.20003532, -0.30002922, 0.70001413], 1e-7))
    program.run()
    #expect(abs(Double(program.result(0)[0]) - 0.24439786890413875) < 1e-7)
  }

  private func near(_ a: [Double], _ b: [Double], _ bound: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= bound }
  }
}
