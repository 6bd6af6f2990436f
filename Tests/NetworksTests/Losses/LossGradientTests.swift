import Engine
import Testing

@testable import Networks

/// Every loss as a whole, by a loop over the registry.
@Suite struct LossGradientTests {
  /// The gradient that training follows is that of central differences in `Double`.
  @Test(arguments: Registry.standard.losses)
  func gradientsEqualDifferences(_ loss: any Loss) throws {
    let graph = Graph()
    let output = try graph.input("output", shape: [3, 4])
    let target = try graph.input("target", shape: loss.hasClassTargets ? [3] : [3, 4])
    let value = try loss(output, target: target)
    let gradient = try graph.gradients(of: value, withRespectTo: [output])[0]
    var generator = RandomGenerator(seed: 11)
    let range = loss.output == .probabilities ? 0.1...0.9 : -2.0...2
    var feeds = [
      "output": (0..<12).map { _ in
        range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
      },
      "target": loss.hasClassTargets ? [0, 3, 1] : (0..<12).map { Double($0 % 2) },
    ]
    let slopes = try graph.evaluate([gradient], feeding: feeds)[0]
    for place in 0..<12 {
      var values: [Double] = []
      for step in [1e-6, -1e-6] {
        feeds["output"]![place] += step
        values.append(try graph.evaluate([value], feeding: feeds)[0][0])
        feeds["output"]![place] -= step
      }
      let difference = (values[0] - values[1]) / 2e-6
      #expect(abs(slopes[place] - difference) < 1e-7, "\(loss.name) \(place)")
    }
  }

  /// Where the network answers at every step, each step is an example with a weight of its own; what
  /// stands at a step of weight 0 says nothing.
  @Test(arguments: Registry.standard.losses.filter(\.hasClassTargets))
  func stepsAreExamplesOfTheirOwn(_ loss: any Loss) throws {
    var generator = RandomGenerator(seed: 3)
    let numbers = (0..<24).map { _ in 0.1 + 0.8 * generator.uniform() }
    let weights = [1, 2, 0, 1, 0, 0.5]
    func values(steps: Int?, targets: [Double]) throws -> [[Double]] {
      let graph = Graph()
      let shape: [Int] = steps.map { [6 / $0, $0] } ?? [6]
      let output = try graph.input("output", shape: TensorShape(checking: shape + [4]))
      let target = try graph.input("target", shape: TensorShape(checking: shape))
      let weight = try graph.input("weight", shape: TensorShape(checking: shape))
      let value = try loss(output, target: target, weights: weight)
      let gradient = try graph.gradients(of: value, withRespectTo: [output])[0]
      return try graph.evaluate(
        [value, gradient, loss.ofAnswers(output, target)],
        feeding: ["output": numbers, "target": targets, "weight": weights])
    }
    let flat = try values(steps: nil, targets: [0, 3, 1, 2, 2, 0])
    for steps in [2, 3] {
      #expect(try values(steps: steps, targets: [0, 3, 1, 2, 2, 0]) == flat)
      let other = try values(steps: steps, targets: [0, 3, 2, 2, 1, 0])
      #expect(other[0] == flat[0] && other[1] == flat[1] && other[2] != flat[2])
    }
  }

  /// What a loss says of its targets and outputs decides all else that is asked of it.
  @Test(arguments: Registry.standard.losses)
  func whatALossSaysOfItselfFits(_ loss: any Loss) throws {
    #expect(loss.hasClassTargets == (loss.target == .classIndex))
    #expect(loss.isForClasses == (loss.output != .values))
    #expect((loss.outputActivation == .linear) == (loss.output != .probabilities))
    let graph = Graph()
    let output = try graph.input("output", shape: [1, 3])
    let prediction = try graph.evaluate(
      [loss.prediction(output)], feeding: ["output": [0.2, 0.3, 0.5]])[0]
    if loss.output == .scores {
      #expect(prediction.allSatisfy { (0...1).contains($0) } && prediction[0] != 0.2)
    } else {
      #expect(prediction == [0.2, 0.3, 0.5])
    }
    #expect(loss.classCount(outputs: 3) == (loss.hasClassTargets ? 3 : nil))
  }
}
