import Engine
import TestSupport
import Testing

@testable import Networks

@Suite struct LossReferenceTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    struct Torch: Decodable { let convention: String }
    let name: String
    let parameters: [String: Double]
    let quantiles: [Double]?
    let predictions, targets: NumberTensor
    let sampleWeights, classWeights: [Double]?
    let value: Double
    let gradient: [Double]

    var testDescription: String {
      "\(name) \(parameters)" + (quantiles.map { " \($0)" } ?? "")
        + (sampleWeights == nil ? "" : ", sample weights")
        + (classWeights == nil ? "" : ", class weights")
    }

    /// What it is called here.
    var loss: any Loss {
      get throws {
        switch name {
        case "mse": .meanSquaredError
        case "mae": .meanAbsoluteError
        case "huber": .huber(delta: try #require(parameters["delta"]))
        case "half_sum_of_squares": .halfSumOfSquares
        case "pinball": .pinball(quantiles: try #require(quantiles))
        case "bce_logits": .binaryCrossEntropy
        case "bce_probabilities": .binaryCrossEntropyOnProbabilities
        case "cross_entropy_logits", "cross_entropy_logits_one_hot": .crossEntropy
        case "cross_entropy_probabilities", "cross_entropy_probabilities_one_hot":
          .crossEntropyOnProbabilities
        default: try Registry.standard.loss(named: name)
        }
      }
    }

    /// Why this case is no measure for ours; nil if it is.
    var otherConvention: String? {
      switch name {
      case "half_sum_of_squares" where parameters["meanOverBatch"] == 0:
        "the sum over the batch; ours is the mean"
      case "cross_entropy_logits_one_hot":
        "targets are probabilities of all classes; ours are class indices"
      case "cross_entropy_probabilities" where isClipped && !clippedRowsCountNothing:
        "clips before it divides by the row's sum; ours divides first, as Keras does for one-hot rows"
      default: nil
      }
    }

    /// Is some row's share of the target's class outside the clip?
    private var isClipped: Bool { predictions.values.contains { $0 == 0 || $0 == 1 } }
    private var clippedRowsCountNothing: Bool {
      guard let sampleWeights else { return false }
      let width = predictions.shape[1]
      return sampleWeights.indices.allSatisfy { row in
        let numbers = predictions.values[row * width..<(row + 1) * width]
        return sampleWeights[row] == 0 || numbers.allSatisfy { $0 > 0 && $0 < 1 }
      }
    }

    /// Targets as ours are written: a one-hot row is the index of its 1.
    var ownTargets: [Double] {
      guard name.hasSuffix("_one_hot") else { return targets.values }
      let width = targets.shape[1]
      return stride(from: 0, to: targets.values.count, by: width).map { first in
        Double(targets.values[first..<first + width].firstIndex(of: 1)! - first)
      }
    }

    /// The value to expect of a program: where a probability is 1, the bound 1 − 1e-7 of the formula
    /// counts, and the nearest number to it that 32 bits can hold is 1 − 1.19e-7.
    var valueIn32Bits: Double {
      guard name == "bce_probabilities", isClipped else { return value }
      let (low, high) = (Double(Float(1e-7)), Double(Float(1 - 1e-7)))
      let width = predictions.shape[1]
      let losses = zip(predictions.values, targets.values).enumerated().map { place, pair in
        let p = min(max(pair.0, low), high)
        let term = -(pair.1 * .log(p)) - (1 - pair.1) * .log(1 - p)
        return term * (weights?[place / width] ?? 1)
      }
      return losses.reduce(0, +) / Double(losses.count)
    }

    /// Class weights act as weights of the examples of the class.
    var weights: [Double]? {
      sampleWeights ?? classWeights.map { byClass in targets.values.map { byClass[Int($0)] } }
    }
  }

  private struct File: Decodable { let cases: [Case] }
  static let cases = Result { try reference("losses.json", File.self).cases }

  /// Every loss with its usual settings, with and without weights of examples.
  @Test(arguments: Registry.standard.losses)
  func isInTheFile(_ loss: any Loss) throws {
    let own = try Self.cases.get().filter {
      try $0.loss.isSame(as: loss) && $0.otherConvention == nil
    }
    #expect(own.contains { $0.weights == nil }, "\(loss.name) is not in losses.json")
    #expect(own.contains { $0.sampleWeights != nil }, "\(loss.name) has no weighted case")
  }

  /// What is left out, by name, so that nothing disappears from the checks unseen.
  @Test func casesOfOtherConventions() throws {
    let left = try Self.cases.get().filter { $0.otherConvention != nil }.map(\.testDescription)
    #expect(
      left == [
        "half_sum_of_squares [\"meanOverBatch\": 0.0]",
        "cross_entropy_logits_one_hot [:]",
        "cross_entropy_probabilities [\"epsilon\": 1e-07]",
        "cross_entropy_probabilities [\"epsilon\": 1e-07], class weights",
      ])
    #expect(try Self.cases.get().count - left.count == 28)
  }

  @Test(arguments: try cases.get().filter { $0.otherConvention == nil })
  func valuesAndGradients(_ example: Case) throws {
    let loss = try example.loss
    let graph = Graph()
    let output = try graph.input("output", shape: TensorShape(checking: example.predictions.shape))
    let rows = try TensorShape(checking: [example.predictions.shape[0]])
    let target = try graph.input("target", shape: loss.targetShape(of: output.shape))
    var inputs = ["output": example.predictions.values, "target": example.ownTargets]
    var weights: Node?
    if let numbers = example.weights {
      weights = try graph.input("weights", shape: rows)
      inputs["weights"] = numbers
    }
    let value = try loss(output, target: target, weights: weights)
    let gradient = try graph.gradients(of: value, withRespectTo: [output])[0]
    var runs = try TwoRuns(graph, results: [value, gradient])
    let (exact, fast) = try runs.step(inputs)

    #expect(largestDistance(exact[0], [example.value]) <= 1e-12)
    #expect(largestDistance(exact[1], example.gradient) <= 1e-12)
    #expect(largestDistance(fast[0], [example.valueIn32Bits]) <= 1e-5)
    #expect(largestDistance(fast[1], example.gradient) <= 1e-4)
  }
}
