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
