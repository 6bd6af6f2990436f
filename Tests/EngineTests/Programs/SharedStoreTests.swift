import Testing

@testable import Engine

/// Programs of different batch sizes on the same variables, one after the other.
@Suite struct SharedStoreTests {
  /// w ← w − 0.1 · ∂loss/∂w of a linear fit.
  private struct Fit {
    let graph = Graph()
    let loss: Node
    let output: Node

    init(batch: Int) throws {
      let x = try graph.input("x", shape: TensorShape(checking: [batch, 3]))
      let y = try graph.input("y", shape: TensorShape(checking: [batch, 2]))
      let w = try graph.variable(
        Variable("w", shape: [3, 2], isTrainable: true) { _ in
          Tensor(repeating: 0.5, shape: [3, 2])
        })
      output = try Ops.MatrixProduct()(x, w)
      let error = try output - y
      loss = try Ops.Mean(axes: 0..<2)(error * error)
      let gradient = try graph.gradients(of: loss, withRespectTo: [w])[0]
      try graph.assign(w, w - gradient * 0.1)
    }
  }

  @Test func batchesOfDifferentSizes() throws {
    var generator = RandomGenerator(seed: 4)
    let fits = try [2, 5, 1].map(Fit.init)
    let store = try VariableStore(fits[0].graph.variables, generator: &generator)
    let programs = try fits.map {
      try Program($0.graph, results: [$0.loss, $0.output], store: store, kernels: .chosen())
    }
    var w = store["w"]!.values.map(Double.init)
    var kept: [(buffer: UnsafeBufferPointer<Float>, values: [Float])] = []
    for step in 0..<30 {
      let place = step % 3
      let (fit, program) = (fits[place], programs[place])
      var feeds = ["w": w]
      for name in ["x", "y"] {
        let buffer = program.input(name)!
        for index in buffer.indices { buffer[index] = Float(generator.normal()) }
        feeds[name] = buffer.map(Double.init)
      }
      let new = Node(graph: fit.graph, id: fit.graph.assignments[0].value)
      let expected = try fit.graph.evaluate([fit.loss, fit.output, new], feeding: feeds)
      program.run()
      w = expected[2]
      #expect(zip(program.result(1), expected[1]).allSatisfy { isNear($0, $1) })
      #expect(zip(store["w"]!.values, w).allSatisfy { isNear($0, $1) })
      kept.append((program.result(1), Array(program.result(1))))
      // Until their own program runs again, results stay what they were.
      for (buffer, values) in kept.suffix(3) { #expect(Array(buffer) == values) }
    }
  }

  private func isNear(_ a: Float, _ b: Double) -> Bool {
    ExampleGraph.distance(Double(a), b) < 1e-5
  }

  @Test func aMissingVariableIsThrown() throws {
    var generator = RandomGenerator(seed: 4)
    let store = try VariableStore([], generator: &generator)
    let fit = try Fit(batch: 2)
    #expect(throws: Problem.self) {
      try Program(fit.graph, results: [fit.loss], store: store, kernels: .chosen())
    }
  }
}
