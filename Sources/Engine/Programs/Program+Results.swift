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

  /// The values of some nodes of a graph, by a program that runs once.
  ///
  /// - Parameters:
  ///   - variables: the numbers of the graph's variables, by name.
  ///   - feeds: inputs of the graph with their numbers.
  /// - Throws: ``Problem`` for a variable that the graph does not have, and for another count of numbers than an
  ///   input has.
  package static func tensors(
    of nodes: [Node], in graph: Graph, variables: [(name: String, tensor: Tensor)] = [],
    feeding feeds: [(input: Node, numbers: [Float])]
  ) throws -> [Tensor] {
    var generator = RandomGenerator(seed: 0)
    let store = try VariableStore(graph.variables, generator: &generator)
    for (name, tensor) in variables { try store.set(name, to: tensor) }
    let program = try Program(graph, results: nodes, store: store, kernels: .chosen())
    for (input, numbers) in feeds { try program.feed(input, numbers) }
    program.run()
    return try nodes.map { try Tensor($0.shape, program.values(of: $0)) }
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
