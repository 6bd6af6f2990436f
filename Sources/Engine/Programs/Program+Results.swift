extension Program {
  /// Compiles a graph without variables.
  package convenience init(
    _ graph: Graph, results: [Node], kernels: Kernels? = nil, threads: Int = 1
  ) throws {
    var generator = RandomGenerator(seed: 0)
    try self.init(
      graph, results: results, store: VariableStore([], generator: &generator),
      kernels: kernels ?? .chosen(),
      pool: WorkerPool(threads: threads))
  }

  /// The values of the results for values of the inputs by name.
  package func values(feeding feeds: [String: [Float]]) -> [[Float]] {
    for (name, values) in feeds {
      guard let memory = input(name) else { continue }
      for (index, value) in zip(memory.indices, values) { memory[index] = value }
    }
    run()
    return resultIndices.map { Array(result($0)) }
  }

  /// The values of some nodes of a graph without variables, by a program that runs once.
  package static func tensors(
    of nodes: [Node], in graph: Graph, feeding feeds: [String: [Float]]
  ) throws -> [Tensor] {
    let values = try Program(graph, results: nodes).values(feeding: feeds)
    return try zip(nodes, values).map { try Tensor($0.shape, $1) }
  }

  /// Compiles a graph without variables, runs it once and gives the values of some nodes.
  package static func results(
    of nodes: [Node], in graph: Graph, feeding feeds: [String: [Double]],
    kernels: Kernels, threads: Int = 1
  ) throws -> [[Float]] {
    try Program(graph, results: nodes, kernels: kernels, threads: threads)
      .values(feeding: feeds.mapValues { $0.map(Float.init) })
  }
}
