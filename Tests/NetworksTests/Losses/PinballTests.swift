import Engine
import Testing

@testable import Networks

/// Answers that are quantiles. Values and gradients beside PyTorch's are in `LossReferenceTests`.
@Suite struct PinballTests {
  /// A network that sees nothing learns the quantiles of what it is shown.
  @Test func theAnswersAreQuantiles() throws {
    let graph = Graph()
    let loss = Losses.Pinball(quantiles: [0.1, 0.5, 0.9])
    let output = try graph.input("output", shape: [101, 3])
    let target = try graph.input("target", shape: [101, 1])
    let mean = try loss(output, target: target)
    let truths = (0...100).map(Double.init)
    func value(of answers: [Double]) throws -> Double {
      try graph.evaluate(
        [mean], feeding: ["output": (0...100).flatMap { _ in answers }, "target": truths])[0][0]
    }
    let best = try value(of: [10, 50, 90])
    for place in 0..<3 {
      for step in [-3.0, -1, 1, 3] {
        var answers = [10.0, 50, 90]
        answers[place] += step
        #expect(try value(of: answers) > best)
      }
    }
  }

  @Test func outputsThatDoNotFitAreRefused() throws {
    let graph = Graph()
    let loss: any Loss = .pinball(quantiles: [0.1, 0.5])
    let output = try graph.input("output", shape: [4, 3])
    #expect(throws: Problem.self) {
      try loss(output, target: graph.input("target", shape: [4, 1]))
    }
    #expect(throws: Problem.self) { try loss.targetShape(of: [4, 3]) }
    #expect(try loss.targetShape(of: [4, 6]) == [4, 3])
    #expect(loss.points([1, 2, 3, 4, 5, 6, 7, 8], width: 4) == [3, 4, 7, 8])
  }

  @Test(arguments: [[0.0], [1], [0.2, 0.2, 0.5], [0.9, 0.5], [0.05, 0.95], [.nan]])
  func sharesThatAreNoneAreRefused(_ quantiles: [Double]) {
    #expect(throws: Problem.self) { try Losses.Pinball(quantiles: quantiles).check(at: "loss") }
  }
}
