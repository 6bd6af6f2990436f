// One neuron, one input, one step: w = 0.5, b = 0.1, x = 2, and the answer should have been 1.5.
import Glassbox

@main struct OneNeuron {
  static func main() throws {
    let cycle = try LearningCycle(
      Sequential { Dense(1, name: "neuron") }, inputShape: [1], batch: 1, loss: .meanSquaredError,
      optimizer: .sgd(learningRate: 0.1))

    // The definitions of all ops, in Double.
    let numbers = try cycle.graph.evaluate(
      [cycle.output, cycle.loss] + cycle.gradients,
      feeding: [
        "input": [2.0], "target": [1.5], "neuron/kernel": [0.5], "neuron/bias": [0.1],
        "learning rate": [0.1],
      ])
    for (name, value) in zip(["ŷ", "loss", "∂L/∂w", "∂L/∂b"], numbers) {
      print("\(name) = \(rounded(value[0]))")
    }

    // The same cycle as fast code: one run is one learning step.
    var generator = RandomGenerator(seed: 1)
    let store = try VariableStore(cycle.graph.variables, generator: &generator)
    try store.set("neuron/kernel", to: Tensor([1, 1], [0.5]))
    try store.set("neuron/bias", to: Tensor([1], [0.1]))
    let program = try Program(
      cycle.graph, results: [cycle.output], store: store, kernels: .chosen())
    program.input("input")![0] = 2
    program.input("target")![0] = 1.5
    program.input("learning rate")![0] = 0.1
    program.run()
    print("new w = \(rounded(Double(store["neuron/kernel"]![0, 0])))")
    print("new b = \(rounded(Double(store["neuron/bias"]![0])))")
    program.run()
    print("new ŷ = \(rounded(Double(program.result(0)[0])))")
  }

  static func rounded(_ x: Double) -> Double { (x * 10_000).rounded() / 10_000 }
}
