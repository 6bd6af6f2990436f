import Engine
import Testing

@Suite struct GraphNodesTests {
  /// A network could be written down in another format from this list alone.
  @Test func nodesAreValuesWithAllThatDefinesThem() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3])
    let kernel = Variable("dense/kernel", shape: [3, 4], isTrainable: true) {
      _ in Tensor(repeating: 0, shape: [3, 4])
    }
    let y = try graph.scope("dense") { try (x.matmul(graph.variable(kernel)) + 1).relu() }
    _ = try y.sliced(from: [0, 1], shape: [2, 2])
    let nodes = graph.nodes
    #expect(
      nodes.map(\.name) == [
        "input x", "variable dense/kernel", "matrix product", "constant 1.0", "broadcast", "add",
        "relu", "slice",
      ])
    #expect(nodes.map(\.id) == Array(0..<8))
    #expect(nodes[2].inputs == [0, 1] && nodes[2].shape == [2, 4] && nodes[2].path == "dense")
    #expect(nodes.allSatisfy { node in node.inputs.allSatisfy { $0 < node.id } })
    let settings = nodes[7].settings
    #expect(settings.map(\.name) == ["starts", "result"])
    #expect(settings[0].value as? [Int] == [0, 1] && settings[1].value as? TensorShape == [2, 2])
    guard case .variable(let found) = nodes[1].source else {
      Issue.record("\(nodes[1].source)")
      return
    }
    #expect(found.isTrainable && found.shape == [3, 4])
  }

  @Test func nodesOfDifferentGraphsAreNoTrap() throws {
    let (one, other) = (Graph(), Graph())
    var generator = RandomGenerator(seed: 0)
    let (a, b) = (try one.input("a", shape: [2]), try other.input("b", shape: [2]))
    #expect(throws: Problem.self) { try a + b }
    #expect(throws: Problem.self) { try a.concatenated(with: b, axis: 0) }
    #expect(throws: Problem.self) { try one.assign(b, a) }
    #expect(throws: Problem.self) { try one.change(b) { $0 } }
    #expect(throws: Problem.self) { try one.gradients(of: b, withRespectTo: [a]) }
    #expect(throws: Problem.self) {
      try Program(
        one, results: [b], store: VariableStore([], generator: &generator), kernels: .chosen())
    }
    a.mask = b
    #expect(a.mask?.id == nil)
  }
}
