import Testing

@testable import Engine

/// A tensor as the files write it.
struct NumberTensor: Decodable {
  let shape: [Int]
  let values: [Double]
}

/// The largest distance of two lists, relative above 1; infinite if they cannot be compared.
func largestDistance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { worst, pair in
    let distance = abs(pair.0 - pair.1) / max(1, abs(pair.1))
    return distance.isNaN ? .infinity : max(worst, distance)
  }
}

/// A graph with its variables, run step by step by the definitions in Double and by the compiled
/// program in Float. What a step assigns is what the next one starts from.
struct TwoRuns {
  private let graph: Graph
  private let results: [Node]
  private let program: Program
  private(set) var exact: [String: [Double]]

  /// - Parameter variables: the first value of each of the graph's variables.
  init(
    _ graph: Graph, results: [Node], variables: [String: [Double]] = [:], guarding: Node? = nil
  ) throws {
    self.graph = graph
    self.results = results
    exact = variables
    var generator = RandomGenerator(seed: 0)
    let store = try VariableStore(graph.variables, generator: &generator)
    for variable in graph.variables {
      let values = try #require(variables[variable.name], "no value for \(variable.name)")
      try store.set(variable.name, to: Tensor(variable.shape, values.map(Float.init)))
    }
    program = try Program(
      graph, results: results, store: store, kernels: .chosen(), guarding: guarding)
  }

  /// One step of both.
  mutating func step(
    _ inputs: [String: [Double]]
  ) throws -> (exact: [[Double]], fast: [[Double]]) {
    let assigned = graph.assignments.map { Node(graph: graph, id: $0.value) }
    let feeds = inputs.merging(exact) { input, _ in input }
    let values = try graph.evaluate(results + assigned, feeding: feeds)
    for (assignment, value) in zip(graph.assignments, values[results.count...]) {
      exact[Node(graph: graph, id: assignment.variable).variableName!] = value
    }
    for (name, numbers) in inputs {
      guard let buffer = program.input(name) else { continue }
      #expect(buffer.count == numbers.count)
      for (place, number) in numbers.enumerated() { buffer[place] = Float(number) }
    }
    #expect(program.run())
    return (
      Array(values[..<results.count]),
      results.indices.map { program.result($0).map(Double.init) }
    )
  }

  /// A variable of the program.
  func fast(_ name: String) -> [Double] { program.store[name]!.values.map(Double.init) }
}

/// How far the exact and the fast numbers of some cases are from the reference, for the record.
struct Worst: CustomStringConvertible {
  var exact = 0.0
  var fast = 0.0

  mutating func note(exact: Double, fast: Double) {
    self.exact = max(self.exact, exact)
    self.fast = max(self.fast, fast)
  }

  var description: String { "Double \(exact), Float \(fast)" }
}
