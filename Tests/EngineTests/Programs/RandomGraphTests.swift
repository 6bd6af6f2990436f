import Testing

@testable import Engine

/// What the compiler does to a graph (lowering, fusion, sharing of memory, writing in place, cutting
/// into chunks) never changes a number.
@Suite struct RandomGraphTests {
  @Test func fiveHundredSmallGraphs() throws {
    for seed in UInt64(0)..<500 { try compare(RandomGraph(seed: seed), threads: 1, "seed \(seed)") }
  }

  @Test func largeGraphsOnThreeThreads() throws {
    for seed in UInt64(1000)..<1020 {
      try compare(RandomGraph(seed: seed, isLarge: true), threads: 3, "seed \(seed)")
    }
  }

  /// Two runs, then one whose guarded value is not finite.
  private func compare(_ random: RandomGraph, threads: Int, _ seed: Comment) throws {
    let graph = random.graph
    var generator = RandomGenerator(seed: 0)
    let store = try VariableStore(graph.variables, generator: &generator)
    var variables = random.variables
    for variable in graph.variables {
      try store.set(
        variable.name, to: Tensor(variable.shape, variables[variable.name]!.map(Float.init)))
    }
    let program = try Program(
      graph, results: random.results, store: store, kernels: .chosen(),
      pool: WorkerPool(threads: threads), guarding: random.guarded)
    for (name, values) in random.inputs { fill(program.input(name), values) }
    let assigned = graph.assignments.map { Node(graph: graph, id: $0.value) }
    for _ in 0..<2 {
      let expected = try graph.evaluate(
        random.results + assigned, feeding: random.inputs.merging(variables) { $1 })
      for (assignment, value) in zip(graph.assignments, expected[random.results.count...]) {
        variables[Node(graph: graph, id: assignment.variable).variableName!] = value
      }
      try #require(program.run(), seed)
      for (place, value) in expected[..<random.results.count].enumerated() {
        // The numbers are whole, so that 32 bits hold them exactly; the few beyond 2²⁴ are rounded.
        let isSame = Array(program.result(place)) == value.map { Float($0) }
        try #require(isSame, "\(seed), result \(place)")
      }
      try expectVariables(store, variables, seed)
    }
    fill(program.input(RandomGraph.spoilerName), [.nan])
    #expect(!program.run(), seed)
    try expectVariables(store, variables, "\(seed), spoiled")
  }

  private func fill(_ input: UnsafeMutableBufferPointer<Float>?, _ values: [Double]) {
    guard let input else { return }
    for (place, value) in values.enumerated() { input[place] = Float(value) }
  }

  private func expectVariables(
    _ store: VariableStore, _ variables: [String: [Double]], _ seed: Comment
  ) throws {
    for variable in store.variables {
      let found = try #require(store[variable.name]).values
      let isSame = found == variables[variable.name]!.map { Float($0) }
      try #require(isSame, "\(seed), \(variable.name)")
    }
  }
}
