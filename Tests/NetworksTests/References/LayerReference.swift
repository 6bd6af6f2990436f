import TestSupport
import Testing

@testable import Engine
@testable import Networks

/// One layer with some steps of plain gradient descent, as `layer_cases.py` writes it.
struct LayerReference: Decodable, Sendable, CustomTestStringConvertible {
  struct Step: Decodable {
    let input: NumberTensor
    let outputWeights: [Double]
    let output: NumberTensor
    let gradients: [String: [Double]]
    let after: [String: [Double]]
  }
  let name: String
  let training: Bool
  let rate: Double
  let initial: [String: NumberTensor]
  let steps: [Step]
  /// The layer as a model file names it, so that its reading is tested too.
  let layer: LayerEntry
  var testDescription: String { name }

  struct LayerEntry: Decodable {
    let layer: any StoredLayer

    init(from decoder: any Decoder) throws {
      struct Kind: Decodable { let layer: String }
      let kind = try Kind(from: decoder).layer
      let type = try #require(Registry.standard.layers.first { $0.kind == kind }, "\(kind)")
      layer = try type.read(
        decoder.container(keyedBy: AnyKey.self), beside: ["layer"], at: kind)
    }
  }

  private struct File: Decodable { let cases: [LayerReference] }

  static func cases(_ file: String) throws -> [LayerReference] {
    try reference(file, File.self).cases
  }

  /// The graph of one step: output, gradients by name, and the plain descent of what has a gradient.
  private func graph(_ first: Step) throws -> (Graph, output: Node, gradients: [String: Node]) {
    let graph = Graph(isTraining: training)
    let input = try graph.input("input", shape: TensorShape(checking: first.input.shape))
    let output = try layer.layer(input)
    #expect(output.shape.extents == first.output.shape)
    let weights = try graph.input("weights", shape: output.shape)
    let loss = try Ops.Sum(axes: 0..<output.shape.rank)(output * weights)
    let names = first.gradients.keys.sorted()
    let nodes = try names.map { name in
      name == "input" ? input : try #require(graph.variableNode(named: name), "\(name)")
    }
    let gradients = try graph.gradients(of: loss, withRespectTo: nodes)
    if training {
      for (name, (node, gradient)) in zip(names, zip(nodes, gradients)) where name != "input" {
        try graph.assign(node, node - gradient * rate)
      }
    }
    return (graph, output, Dictionary(uniqueKeysWithValues: zip(names, gradients)))
  }

  /// Runs all steps by the definitions and by the fast code.
  /// - Returns: how far both are from the reference at worst.
  func compare() throws -> Worst {
    let (graph, output, gradients) = try graph(steps[0])
    #expect(graph.variables.map(\.name).sorted() == initial.keys.sorted())
    for variable in graph.variables {
      #expect(variable.shape.extents == initial[variable.name]?.shape, "\(variable.name)")
    }
    let names = gradients.keys.sorted()
    var runs = try TwoRuns(
      graph, results: [output] + names.map { gradients[$0]! },
      variables: initial.mapValues(\.values))
    var worst = Worst()
    for step in steps {
      let (exact, fast) = try runs.step([
        "input": step.input.values, "weights": step.outputWeights,
      ])
      let expected = [step.output.values] + names.map { step.gradients[$0]! }
      for place in expected.indices {
        worst.note(
          exact: largestDistance(exact[place], expected[place]),
          fast: largestDistance(fast[place], expected[place]))
      }
      for (name, values) in step.after {
        worst.note(
          exact: largestDistance(try #require(runs.exact[name]), values),
          fast: largestDistance(runs.fast(name), values))
      }
    }
    return worst
  }
}
