import Testing

@testable import Engine

/// New values of variables must not be seen by anybody who reads the old ones.
@Suite struct AssignmentTests {
  private func store(_ graph: Graph, _ values: [String: [Float]]) throws -> VariableStore {
    var generator = RandomGenerator(seed: 0)
    let store = try VariableStore(graph.variables, generator: &generator)
    for (name, numbers) in values { try store.set(name, to: Tensor([numbers.count], numbers)) }
    return store
  }

  private func variable(_ name: String, _ graph: Graph) throws -> Node {
    try graph.variable(
      Variable(name, shape: [3], isTrainable: true) { _ in Tensor(repeating: 0, shape: [3]) })
  }

  @Test func twoVariablesChangePlaces() throws {
    let graph = Graph()
    let (a, b) = (try variable("a", graph), try variable("b", graph))
    try graph.assign(a, b)
    try graph.assign(b, a)
    let store = try store(graph, ["a": [1, 2, 3], "b": [4, 5, 6]])
    let program = try Program(graph, results: [], store: store, kernels: .chosen())
    program.run()
    #expect(store["a"]!.values == [4, 5, 6])
    #expect(store["b"]!.values == [1, 2, 3])
  }

  @Test func threeVariablesGoRound() throws {
    let graph = Graph()
    let (a, b, c) = (try variable("a", graph), try variable("b", graph), try variable("c", graph))
    try graph.assign(a, b)
    try graph.assign(b, c)
    try graph.assign(c, a)
    let store = try store(graph, ["a": [1, 1, 1], "b": [2, 2, 2], "c": [3, 3, 3]])
    let program = try Program(graph, results: [], store: store, kernels: .chosen())
    program.run()
    #expect(["a", "b", "c"].map { store[$0]!.values[0] } == [2, 3, 1])
  }

  /// The new value is written down before the old one is read for the last time.
  @Test func anEarlyUpdateWaitsForLateReaders() throws {
    let graph = Graph()
    let (a, b) = (try variable("a", graph), try variable("b", graph))
    let updated = try a - b
    try graph.assign(a, updated)
    let total = try Ops.Sum(axes: 0..<1)(updated)
    let late = try a * Ops.Broadcast(to: [3], axes: [])(total)
    try graph.assign(b, late)
    let store = try store(graph, ["a": [5, 7, 9], "b": [1, 1, 2]])
    let program = try Program(graph, results: [updated, late], store: store, kernels: .chosen())
    program.run()
    #expect(Array(program.result(0)) == [4, 6, 7])
    #expect(Array(program.result(1)) == [85, 119, 153])
    #expect(store["a"]!.values == [4, 6, 7])
    #expect(store["b"]!.values == [85, 119, 153])
  }

  /// A result that is a variable is what the run started from.
  @Test func aResultIsTheOldValue() throws {
    let graph = Graph()
    let a = try variable("a", graph)
    try graph.assign(a, a + 1)
    let store = try store(graph, ["a": [1, 2, 3]])
    let program = try Program(
      graph, results: [a, a.reshaped(to: [3, 1])], store: store, kernels: .chosen())
    for start in [Float(1), 2] {
      program.run()
      #expect(Array(program.result(0)) == [start, start + 1, start + 2])
      #expect(Array(program.result(1)) == [start, start + 1, start + 2])
      #expect(store["a"]!.values[0] == start + 1)
    }
  }

  @Test func aSecondValueIsRefused() throws {
    let graph = Graph()
    let (a, b) = (try variable("a", graph), try variable("b", graph))
    try graph.assign(a, b)
    #expect(throws: Problem.self) { try graph.assign(a, b * 2) }
  }

  /// Updates that do not need the loss wait for its check all the same.
  @Test func nothingChangesWhenTheLossIsNotFinite() throws {
    let graph = Graph()
    let (a, count) = (try variable("a", graph), try variable("count", graph))
    try graph.assign(count, count + 1)
    try graph.assign(a, a * count)
    let x = try graph.input("x", shape: [3])
    let loss = try Ops.Sum(axes: 0..<1)(Ops.Logarithm()(x * a))
    let store = try store(graph, ["a": [1, 2, 3], "count": [7, 7, 7]])
    let program = try Program(
      graph, results: [loss], store: store, kernels: .chosen(), guarding: loss)
    let input = try #require(program.input("x"))
    for (bad, found) in [(Float(-1), "logarithm"), (0, "logarithm")] {
      for place in 0..<3 { input[place] = bad }
      #expect(!program.run())
      #expect(store["a"]!.values == [1, 2, 3])
      #expect(store["count"]!.values == [7, 7, 7])
      #expect(program.firstNonFinite()?.contains(found) == true)
      #expect(store["count"]!.values == [7, 7, 7])
    }
    for place in 0..<3 { input[place] = 1 }
    #expect(program.run())
    #expect(store["a"]!.values == [7, 14, 21])
    #expect(store["count"]!.values == [8, 8, 8])
  }

  /// A guarded value that nothing has to compute is checked too.
  @Test func aGuardedInputIsChecked() throws {
    let graph = Graph()
    let a = try variable("a", graph)
    let x = try graph.input("x", shape: .scalar)
    try graph.assign(a, a + x)
    let store = try store(graph, ["a": [1, 2, 3]])
    let program = try Program(graph, results: [], store: store, kernels: .chosen(), guarding: x)
    program.input("x")![0] = .infinity
    #expect(!program.run())
    #expect(store["a"]!.values == [1, 2, 3])
  }
}
