import Engine
import TestSupport
import Testing

@testable import Networks

@Suite struct ActivationReferenceTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name, from: String
    let parameters: [String: Double]
    let shape: [Int]
    let inputs, values, weights, gradient, torchGradientAtZero: [Double]
    let slope, slopeGradient: [Double]?
    var testDescription: String { "\(name) \(parameters)" }

    /// What it is called here; nil for the parametric rectifier, which is a layer.
    var function: ActivationFunction? {
      get throws {
        switch name {
        case "prelu": nil
        case "leaky_relu": .leakyReLU(slope: try #require(parameters["negativeSlope"]))
        case "elu": .elu(scale: try #require(parameters["alpha"]))
        case "gelu": parameters["approximate"] == 1 ? .geluTanh : .gelu
        default: try Registry.standard.activation(named: name)
        }
      }
    }
  }

  private struct File: Decodable { let cases: [Case] }
  static let cases = Result { try reference("activations.json", File.self).cases }

  /// Every function of the catalog, with its usual settings too, is in the file.
  @Test(arguments: Registry.standard.activations)
  func isInTheFile(_ function: ActivationFunction) throws {
    let found = try Self.cases.get().contains { try $0.function == function }
    #expect(found, "\(function.name) is not in activations.json")
  }

  @Test func theParametricRectifierIsInTheFile() throws {
    #expect(try Self.cases.get().contains { $0.name == "prelu" && $0.slopeGradient != nil })
  }

  @Test(arguments: try cases.get())
  func valuesAndGradients(_ example: Case) throws {
    let graph = Graph()
    let x = try graph.input("x", shape: TensorShape(checking: example.shape))
    var learned = [x]
    let y: Node
    var variables: [String: [Double]] = [:]
    if let function = try example.function {
      y = try function(x)
    } else {
      y = try ParametricReLU(name: "p")(x)
      variables["p/slope"] = example.slope
      learned += try graph.variables.map(graph.variable)
    }
    let weights = try graph.input("weights", shape: y.shape)
    let loss = try Ops.Sum(axes: 0..<2)(y * weights)
    let gradients = try graph.gradients(of: loss, withRespectTo: learned)
    var runs = try TwoRuns(graph, results: [y] + gradients, variables: variables)
    let (exact, fast) = try runs.step(["x": example.inputs, "weights": example.weights])

    #expect(largestDistance(exact[0], example.values) <= 1e-12)
    #expect(largestDistance(fast[0], example.values) <= 1e-5)
    let expected = atZero(example, exact[1])
    #expect(largestDistance(exact[1], expected) <= 1e-12)
    #expect(largestDistance(fast[1], expected) <= 1e-4)
    if let slopes = example.slopeGradient {
      #expect(largestDistance(exact[2], slopes) <= 1e-12)
      #expect(largestDistance(fast[2], slopes) <= 1e-4)
    }
  }

  /// Keras's gradient; at a kink, where the libraries differ, the one of them that ours is.
  private func atZero(_ example: Case, _ ours: [Double]) -> [Double] {
    var rest = example.torchGradientAtZero[...]
    guard !rest.isEmpty else { return example.gradient }
    return example.inputs.indices.map { place in
      guard example.inputs[place] == 0, let torch = rest.popFirst() else {
        return example.gradient[place]
      }
      let isTorch = abs(ours[place] - torch) < abs(ours[place] - example.gradient[place])
      return isTorch ? torch : example.gradient[place]
    }
  }
}
