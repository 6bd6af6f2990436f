import Engine
import TestSupport
import Testing

@testable import Networks

@Suite struct ConvolutionReferenceTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let what, from, layer: String
    let inputs, weights, values, inputGradient: NumberTensor
    let kernel, bias, kernelGradient, biasGradient: NumberTensor?
    var testDescription: String { what }
  }

  private struct File: Decodable { let cases: [Case] }
  static let cases = Result { try reference("convolutions.json", File.self).cases }

  @Test func everyLayerOfImagesInTheCatalogIsInTheFile() throws {
    let kinds = Registry.standard.layers.map { $0.kind }.filter { kind in
      kind.hasSuffix("1d") || kind.hasSuffix("2d")
    }
    #expect(kinds.count == 15)
    for kind in kinds {
      #expect(try Self.cases.get().contains { $0.layer.contains("\"\(kind)\"") }, "\(kind)")
    }
  }

  @Test(arguments: try cases.get())
  func valuesAndGradients(_ example: Case) throws {
    let layer = try JSONText.decode(LayerList.self, from: "[\(example.layer)]", at: "layer")
    let graph = Graph()
    let x = try graph.input("x", shape: TensorShape(checking: example.inputs.shape))
    let y = try layer.layers[0](x)
    #expect(y.shape.extents == example.values.shape)
    let weights = try graph.input("weights", shape: y.shape)
    let loss = try Ops.Sum(axes: 0..<y.shape.rank)(y * weights)
    let learned = try [x] + graph.variables.map(graph.variable)
    let gradients = try graph.gradients(of: loss, withRespectTo: learned)
    var variables: [String: [Double]] = [:]
    variables["c/kernel"] = example.kernel?.values
    variables["c/bias"] = example.bias?.values
    #expect(
      graph.variables.map(\.shape.extents)
        == [example.kernel, example.bias].compactMap { $0?.shape })
    var runs = try TwoRuns(graph, results: [y] + gradients, variables: variables)
    let (exact, fast) = try runs.step([
      "x": example.inputs.values, "weights": example.weights.values,
    ])
    let expected = [
      example.values, example.inputGradient, example.kernelGradient, example.biasGradient,
    ].compactMap { $0?.values }
    #expect(exact.count == expected.count)
    for place in expected.indices {
      #expect(largestDistance(exact[place], expected[place]) <= 1e-12, "result \(place)")
      let bound = place == 0 ? 1e-5 : 1e-4
      #expect(largestDistance(fast[place], expected[place]) <= bound, "result \(place)")
    }
  }
}
