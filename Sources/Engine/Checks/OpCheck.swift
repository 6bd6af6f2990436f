extension OpExample {
  /// Checks the op on these inputs: its derivatives against dual numbers and central differences, the
  /// derivatives of these too, and what programs compute against the definition, in 32 bits. Derivatives
  /// that are not written are no mistake.
  ///
  /// - Parameters:
  ///   - kernels: the fast loops to check; the chosen ones if not given.
  ///   - seed: of the numbers of the inputs.
  /// - Returns: how many times the op can be differentiated: 2 if those of its derivatives are written
  ///   too, 1 if only its own are, else 0. A derivative that is zero counts as written.
  /// - Throws: ``Problem`` with every number that is wrong as a cause.
  @discardableResult public func check(kernels: Kernels? = nil, seed: UInt64 = 1) throws -> Int {
    var checked = try CheckedExample(self, seed: seed)
    let first = try checked.derivatives(of: checked.example.loss, order: 1)
    let second = try first.flatMap {
      try checked.derivatives(of: checked.example.total(of: $0), order: 2)
    }
    try checked.compareFastCode(
      [[checked.example.output], first ?? [], second ?? []], kernels ?? .chosen())
    try Problem.throwIfAny(checked.problems)
    return second != nil ? 2 : first != nil ? 1 : 0
  }
}

/// An example with what was found wrong of it.
private struct CheckedExample {
  let name: String
  var example: ExampleGraph
  private(set) var problems: [Problem] = []

  init(_ source: OpExample, seed: UInt64) throws {
    name = type(of: source.op).name
    example = try ExampleGraph(source, seed: seed)
  }

  /// How far two numbers may be apart; see ``ExampleGraph/distance(_:_:)``.
  private static let exact = [1: 1e-12, 2: 1e-10]
  private static let estimated = [1: 1e-7, 2: 1e-6]
  private static let fast = [1e-5, 1e-4, 1e-4]
  /// Each number that is checked evaluates the whole graph, each estimate twice.
  private static let mostNumbers = [1: Int.max, 2: 8]
  private static let mostEstimates = [1: 40, 2: 8]

  /// The derivatives of one number with respect to the inputs, checked; nil if they are not written.
  mutating func derivatives(of scalar: Node, order: Int) throws -> [Node]? {
    let inputs = example.differentiable
    let gradients: [Node]
    do {
      gradients = try example.graph.gradients(of: scalar, withRespectTo: inputs.map(\.node))
    } catch let problem as Problem where problem.found == Graph.noDerivative {
      return nil
    }
    for (input, gradient) in zip(inputs, gradients) {
      let found = try example.value(gradient, example.feeds)
      let place = "derivative \(order) of \(name) by \(input.name)"
      func isChosen(_ element: Int, _ most: Int) -> Bool {
        element % max(1, found.count / most) == 0
      }
      for element in found.indices where isChosen(element, Self.mostNumbers[order]!) {
        let exact = try example.dualDerivative(of: scalar, input.name, element)
        compare(place, element, found[element], with: exact, within: Self.exact[order]!)
        guard isChosen(element, Self.mostEstimates[order]!) else { continue }
        let estimate = try example.finiteDifference(of: scalar, input.name, element)
        compare(place, element, found[element], with: estimate, within: Self.estimated[order]!)
      }
    }
    return gradients
  }

  /// - Parameter results: the value, its derivatives, theirs.
  mutating func compareFastCode(_ results: [[Node]], _ kernels: Kernels) throws {
    let nodes = results.flatMap { $0 }
    let bounds = zip(results, Self.fast).flatMap { nodes, bound in nodes.map { _ in bound } }
    let names = zip(["value", "derivative", "second derivative"], results).flatMap { name, nodes in
      nodes.map { _ in "fast \(name) of \(self.name)" }
    }
    let values = try Program.results(
      of: nodes, in: example.graph, feeding: example.feeds, kernels: kernels, threads: 2)
    let expected = try example.graph.evaluate(nodes, feeding: example.feeds)
    for place in nodes.indices {
      for (element, value) in values[place].enumerated() {
        compare(
          names[place], element, Double(value), with: expected[place][element],
          within: bounds[place])
      }
    }
  }

  private mutating func compare(
    _ place: String, _ element: Int, _ found: Double, with expected: Double,
    within bound: Double
  ) {
    if ExampleGraph.distance(found, expected) <= bound { return }
    problems.append(
      .data("\(place), element \(element)", expected: "\(expected)", found: "\(found)"))
  }
}
