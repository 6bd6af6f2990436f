// One neuron, one input, one step: w = 0.5, b = 0.1, x = 2, and the answer should have been 1.5.
import Glassbox

@main struct OneNeuron {
  static func main() throws {
    let network = Sequential { Dense(1, name: "neuron") }
    let cycle = try LearningCycle(
      network, inputShape: [1], batch: 1, loss: .meanSquaredError,
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
    let model = try Model(
      network, inputShape: [1], loss: .meanSquaredError,
      tensors: [("neuron/kernel", Tensor([1, 1], [0.5])), ("neuron/bias", Tensor([1], [0.1]))])
    let compiled = try CompiledCycle(model, optimizer: .sgd(learningRate: 0.1))
    let step = try compiled.program(.learning, batch: 1)
    try step.feed(inputs: [2], targets: [1.5])
    step.run(rate: 0.1)
    print("new w = \(rounded(Double(compiled["neuron/kernel"]![0, 0])))")
    print("new b = \(rounded(Double(compiled["neuron/bias"]![0])))")
    let answer = try compiled.program(.prediction, batch: 1)
    try answer.feed(inputs: [2])
    answer.run()
    print("new ŷ = \(rounded(Double(answer.predictions[0])))")
  }

  static func rounded(_ x: Double) -> Double { (x * 10_000).rounded() / 10_000 }
}
