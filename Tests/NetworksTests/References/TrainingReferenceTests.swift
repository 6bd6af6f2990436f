import TestSupport
import Testing

@testable import Engine
@testable import Networks

/// Whole networks, ten steps: loss and every weight, against PyTorch's gradients with Keras's updates.
@Suite struct TrainingReferenceTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Unit: Decodable {
      let name: String
      let inputs, outputs: Int
      let activation: String
    }
    struct Update: Decodable {
      let name: String
      let settings: [String: Double]
    }
    struct Step: Decodable {
      let loss: Double
      let weights: [String: [Double]]
    }
    let name, structure, loss: String
    let layers: [Unit]
    let optimizer: Update
    let inputs, targets, firstOutputs: NumberTensor
    let initial: [String: NumberTensor]
    let firstGradients: [String: [Double]]
    let steps: [Step]
    let finalLoss: Double
    var testDescription: String { "\(name): \(loss), \(optimizer.name)" }

    var network: any Layer {
      get throws {
        let dense = try layers.map { unit in
          Dense(
            unit.outputs, activation: try Registry.standard.activation(named: unit.activation),
            name: unit.name)
        }
        return structure == "chain"
          ? Sequential(dense) : Residual(first: dense[0], shared: dense[1], last: dense[2])
      }
    }

    var ownLoss: any Loss {
      get throws {
        switch loss {
        case "cross_entropy_logits": .crossEntropy
        case "bce_logits": .binaryCrossEntropy
        case "half_sum_of_squares": .halfSumOfSquares
        case "mse": .meanSquaredError
        case "cross_entropy_probabilities": .crossEntropyOnProbabilities
        default: try Registry.standard.loss(named: loss)
        }
      }
    }
  }

  /// A network that is ordinary code, with one layer used twice.
  struct Residual: Layer {
    let first, shared, last: Dense

    func callAsFunction(_ input: Node) throws -> Node {
      var h = try first(input)
      h = try h + shared(h)
      h = try h + shared(h)
      return try last(h)
    }
  }

  private struct File: Decodable { let networks: [Case] }
  static let cases = Result { try reference("training.json", File.self).networks }

  @Test func theFileHasAllFive() throws {
    #expect(try Self.cases.get().map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(try Self.cases.get().allSatisfy { $0.steps.count == 10 })
  }

  @Test(arguments: try cases.get())
  func tenSteps(_ example: Case) throws {
    let optimizer = try OptimizerReferenceTests.optimizer(
      example.optimizer.name, example.optimizer.settings)
    let cycle = try LearningCycle(
      try example.network,
      inputShape: TensorShape(checking: Array(example.inputs.shape.dropFirst())),
      batch: example.inputs.shape[0], loss: try example.ownLoss, optimizer: optimizer)
    let names = try cycle.parameters.map { try #require($0.variableName) }
    #expect(names.sorted() == example.initial.keys.sorted())
    var runs = try TwoRuns(
      cycle.graph, results: [cycle.loss, cycle.output] + cycle.gradients,
      variables: firstValues(example.initial.mapValues(\.values), optimizer, cycle.graph),
      guarding: cycle.loss)
    let inputs = [
      LearningCycle.inputName: example.inputs.values,
      LearningCycle.targetName: example.targets.values,
      Optimizer.rateInput: [optimizer.learningRate],
    ]
    var worst = Worst()
    for (number, step) in example.steps.enumerated() {
      let (exact, fast) = try runs.step(inputs)
      worst.note(
        exact: largestDistance(exact[0], [step.loss]), fast: largestDistance(fast[0], [step.loss]))
      if number == 0 { try compareFirst(example, names, exact, fast, &worst) }
      for name in names {
        let expected = try #require(step.weights[name])
        worst.note(
          exact: largestDistance(try #require(runs.exact[name]), expected),
          fast: largestDistance(runs.fast(name), expected))
      }
    }
    let (exact, fast) = try runs.step(inputs)
    worst.note(
      exact: largestDistance(exact[0], [example.finalLoss]),
      fast: largestDistance(fast[0], [example.finalLoss]))
    // Measured: 2e-15 and 3e-7.
    #expect(worst.exact <= 1e-12, "\(worst)")
    #expect(worst.fast <= 1e-4, "\(worst)")
  }

  private func compareFirst(
    _ example: Case, _ names: [String], _ exact: [[Double]], _ fast: [[Double]],
    _ worst: inout Worst
  ) throws {
    worst.note(
      exact: largestDistance(exact[1], example.firstOutputs.values),
      fast: largestDistance(fast[1], example.firstOutputs.values))
    for (place, name) in names.enumerated() {
      let gradient = try #require(example.firstGradients[name])
      worst.note(
        exact: largestDistance(exact[2 + place], gradient),
        fast: largestDistance(fast[2 + place], gradient))
    }
  }
}
