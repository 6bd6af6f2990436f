/// One example of an op as a graph, with numbers for its inputs.
package struct ExampleGraph {
  package let graph = Graph(isTraining: true)
  package let inputs: [Node]
  package let output: Node
  /// Σ output · uneven weights, so that no wrong sign or place can cancel.
  package let loss: Node
  /// The numbers of the inputs by name. 32 bits hold them, so that fast code starts from the same.
  package private(set) var feeds: [String: [Double]] = [:]
  /// The names of the inputs that a gradient makes sense for, with their nodes.
  package private(set) var differentiable: [(name: String, node: Node)] = []

  package init(_ example: OpExample, seed: UInt64) throws {
    var generator = RandomGenerator(seed: seed)
    var known: [Int: Node] = [:]
    for (place, source) in example.inputs.enumerated() {
      let name = "x\(place)"
      switch source {
      case .numbers(let shape, let range, let kinks):
        known[place] = try graph.input(name, shape: shape)
        feeds[name] = (0..<shape.count).map { _ in
          Self.number(in: range, avoiding: kinks, &generator)
        }
        differentiable.append((name, known[place]!))
      case .indices(let shape, let bound):
        known[place] = try graph.input(name, shape: shape)
        feeds[name] = (0..<shape.count).map { _ in Double(generator.below(bound)) }
      case .randomKey:
        known[place] = try graph.randomKey()
        feeds[Ops.RandomMask.keyName] = Ops.RandomMask.key(seed: 7, step: 9).map(Double.init)
      case .made: continue
      }
    }
    for (place, source) in example.inputs.enumerated() {
      guard case .made(let op, let places) = source else { continue }
      known[place] = try op.apply(to: places.map { known[$0]! })
    }
    inputs = example.inputs.indices.map { known[$0]! }
    output = try example.op.apply(to: inputs)
    loss = try Self.weighted(output, "weights", &feeds, &generator)
    for (name, values) in feeds { feeds[name] = values.map { Double(Float($0)) } }
  }

  /// Σ node · uneven weights.
  private static func weighted(
    _ node: Node, _ name: String, _ feeds: inout [String: [Double]],
    _ generator: inout RandomGenerator
  ) throws -> Node {
    let weights = try node.graph.input(name, shape: node.shape)
    feeds[name] = (0..<node.shape.count).map { _ in Double(Float(generator.uniform() + 0.1)) }
    return try (node * weights).sum()
  }

  private static func number(
    in range: ClosedRange<Double>, avoiding kinks: [Double], _ generator: inout RandomGenerator
  ) -> Double {
    while true {
      let width = range.upperBound - range.lowerBound
      let number = range.lowerBound + width * generator.uniform()
      if kinks.allSatisfy({ abs($0 - number) > 0.02 }) { return number }
    }
  }

  /// The gradients of the loss with respect to each of ``differentiable``.
  package func gradients() throws -> [Node] {
    try graph.gradients(of: loss, withRespectTo: differentiable.map(\.node))
  }

  /// One number made of several nodes with uneven weights, like the loss.
  mutating func total(of nodes: [Node]) throws -> Node {
    var generator = RandomGenerator(seed: 2)
    var total = graph.constant(0)
    for (place, node) in nodes.enumerated() {
      total = try total + Self.weighted(node, "weights of \(place)", &feeds, &generator)
    }
    return total
  }

  /// The distance of two numbers in units of the larger, or of 1 for numbers below 1.
  package static func distance(_ a: Double, _ b: Double) -> Double {
    if a == b || (a.isNaN && b.isNaN) { return 0 }
    return abs(a - b) / max(1, abs(a), abs(b))
  }

  package func value(_ node: Node, _ feeds: [String: [Double]]) throws -> [Double] {
    try graph.evaluate([node], feeding: feeds)[0]
  }

  /// The exact derivative of a scalar along one element of one input.
  func dualDerivative(of scalar: Node, _ name: String, _ element: Int) throws -> Double {
    var dual = feeds.mapValues { $0.map { Dual($0) } }
    dual[name]![element].derivative = 1
    return try graph.evaluate([scalar], feeding: dual)[0][0].derivative
  }

  /// The same by central differences.
  func finiteDifference(
    of scalar: Node, _ name: String, _ element: Int, step: Double = 1e-5
  ) throws -> Double {
    var shifted = feeds
    shifted[name]![element] += step
    let after = try value(scalar, shifted)[0]
    shifted[name]![element] -= 2 * step
    return (after - (try value(scalar, shifted)[0])) / (2 * step)
  }
}
