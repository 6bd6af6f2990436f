extension Program {
  /// Compiles a graph without variables, runs it once and gives the values of some nodes.
  package static func results(
    of nodes: [Node], in graph: Graph, feeding feeds: [String: [Double]],
    kernels: Kernels, threads: Int = 1
  ) throws -> [[Float]] {
    var generator = RandomGenerator(seed: 0)
    let program = try Program(
      graph, results: nodes, store: VariableStore([], generator: &generator), kernels: kernels,
      pool: WorkerPool(threads: threads))
    for (name, values) in feeds {
      guard let memory = program.input(name) else { continue }
      for (index, value) in zip(memory.indices, values) { memory[index] = Float(value) }
    }
    program.run()
    return nodes.indices.map { Array(program.result($0)) }
  }
}
