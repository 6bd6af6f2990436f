@testable import Engine

/// One example of an op as a graph, with numbers for its inputs.
struct ExampleGraph {
  let graph = Graph(isTraining: true)
  let inputs: [Node]
  let output: Node
  /// Σ output · uneven weights, so that no wrong sign or place can cancel.
  let loss: Node
  var feeds: [String: [Double]] = [:]

  init(_ example: OpExample, seed: UInt64 = 1) throws {
    var generator = RandomGenerator(seed: seed)
    var inputs: [Node] = []
    for (place, source) in example.inputs.enumerated() {
      switch source {
      case .numbers(let shape, let range, let kinks):
        inputs.append(try graph.input("x\(place)", shape: shape))
        feeds["x\(place)"] = (0..<shape.count).map { _ in
          Self.number(in: range, avoiding: kinks, &generator)
        }
      case .indices(let shape, let bound):
        inputs.append(try graph.input("x\(place)", shape: shape))
        feeds["x\(place)"] = (0..<shape.count).map { _ in Double(generator.below(bound)) }
      case .randomKey:
        inputs.append(try graph.randomKey())
        var key = [Float](repeating: 0, count: Ops.RandomMask.keyShape.count)
        key.withUnsafeMutableBufferPointer { Ops.RandomMask.writeKey(seed: 7, step: 9, into: $0) }
        feeds[Ops.RandomMask.keyName] = key.map(Double.init)
      }
    }
    self.inputs = inputs
    output = try Self.apply(example.op, inputs)
    let weights = try graph.input("weights", shape: output.shape)
    feeds["weights"] = (0..<output.shape.count).map { _ in generator.uniform() + 0.1 }
    let product = try output * weights
    loss = try Ops.Sum(axes: 0..<output.shape.rank)(product)
    // The numbers that the fast code sees, so that both start from the same.
    for (name, values) in feeds { feeds[name] = values.map { Double(Float($0)) } }
  }

  private static func apply(_ op: some Op, _ inputs: [Node]) throws -> Node {
    try op.apply(to: inputs)
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

  func value(_ node: Node, _ feeds: [String: [Double]]) throws -> [Double] {
    try graph.evaluate([node], feeding: feeds)[0]
  }

  /// The exact derivative of the loss along one element of one input.
  func dualDerivative(_ name: String, _ element: Int) throws -> Double {
    var dual = feeds.mapValues { $0.map { Dual($0) } }
    dual[name]![element].derivative = 1
    return try graph.evaluate([loss], feeding: dual)[0][0].derivative
  }

  func finiteDifference(_ name: String, _ element: Int, step: Double = 1e-5) throws -> Double {
    var shifted = feeds
    shifted[name]![element] += step
    let after = try value(loss, shifted)[0]
    shifted[name]![element] -= 2 * step
    return (after - (try value(loss, shifted)[0])) / (2 * step)
  }
}

/// The distance of two numbers in units of the larger, or of 1 for numbers below 1.
func distance(_ a: Double, _ b: Double) -> Double {
  if a == b || (a.isNaN && b.isNaN) { return 0 }
  return abs(a - b) / max(1, abs(a), abs(b))
}
