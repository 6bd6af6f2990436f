import Engine
import Networks
import Testing

@testable import Tracing

/// An op whose derivative is wrong on purpose.
private struct Mutant: Op {
  static let name = "mutant"
  static let examples: [OpExample] = []
  let op: any Op
  /// What every gradient is multiplied by.
  let factor: Double

  var formula: String { op.formula }
  func shape(_ inputs: [TensorShape]) throws -> TensorShape { try op.shape(inputs) }
  func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    Self.value(op, cell, inputs)
  }
  private static func value<N: NumericScalar>(_ op: some Op, _ cell: Int, _ inputs: [Elements<N>])
    -> N
  {
    op.value(at: cell, inputs)
  }
  func derivative(_ backward: BackwardContext) throws -> [Node?] {
    try op.derivative(backward).map { try $0.map { try $0 * factor } }
  }
}

/// A proof that passes everything would be worth nothing: each op of the catalog and each term of the
/// losses is given a wrong derivative, and the proof must find it.
@Suite struct MutationTests {
  private struct Found {
    var checked = 0
    var wrong = 0
  }

  private func prove(_ example: OpExample, factor: Double) throws -> Found {
    var generator = RandomGenerator(seed: 3)
    let graph = Graph(isTraining: true)
    var feeds: [String: [Double]] = [:]
    var inputs: [Node] = []
    var differentiable: [(name: String, node: Node)] = []
    for (place, source) in example.inputs.enumerated() {
      let name = "x\(place)"
      switch source {
      case .numbers(let shape, let range, let kinks):
        let node = try graph.input(name, shape: shape)
        inputs.append(node)
        differentiable.append((name, node))
        feeds[name] = (0..<shape.count).map { _ in
          while true {
            let number =
              range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
            if kinks.allSatisfy({ abs($0 - number) > 0.02 }) { return number }
          }
        }
      case .indices(let shape, let bound):
        inputs.append(try graph.input(name, shape: shape))
        feeds[name] = (0..<shape.count).map { _ in Double(generator.below(bound)) }
      case .randomKey:
        inputs.append(try graph.randomKey())
        feeds[Ops.RandomMask.keyName] = Ops.RandomMask.key(seed: 7, step: 9).map(Double.init)
      }
    }
    let output = try Mutant(op: example.op, factor: factor).apply(to: inputs)
    let weights = try graph.input("weights", shape: output.shape)
    feeds["weights"] = (0..<output.shape.count).map { _ in generator.uniform() + 0.1 }
    let loss = try Ops.Sum(axes: 0..<output.shape.rank)(output * weights)
    let gradients = try graph.gradients(of: loss, withRespectTo: differentiable.map(\.node))
    var found = Found()
    for (input, gradient) in zip(differentiable, gradients) {
      // Compared values of a choice have no slope: their gradient is 0 whatever the factor.
      let values = try graph.evaluate([gradient], feeding: feeds)[0]
      let entries = try GraphProof(
        graph: graph, loss: loss, parameters: [(input.name, input.node, gradient)], feeds: feeds
      ).entries([Self.some(values.indices.filter { abs(values[$0]) > 1e-6 })])
      found.checked += entries.count
      found.wrong += entries.count { $0.verdict == .disagrees }
    }
    return found
  }

  /// At most four, evenly taken: a definition that walks through a whole sequence takes its time.
  private static func some(_ places: [Int]) -> [Int] {
    let step = max(1, (places.count + 3) / 4)
    return stride(from: 0, to: places.count, by: step).map { places[$0] }
  }

  private static let withoutSlope: Set = [Ops.ArgMax.name, Ops.RandomMask.name]

  @Test func everyWrongDerivativeIsFound() throws {
    // The first example of each; the tests of the catalog check the derivatives on all of them.
    let terms: [any Op.Type] = Registry.standard.losses.compactMap { loss in
      (loss as? any ElementwiseLoss).map { type(of: $0.term) }
    }
    for type in Ops.all + terms {
      guard let example = type.examples.first else { continue }
      let name = type.name
      let right = try prove(example, factor: 1)
      #expect(right.wrong == 0, "\(name)")
      #expect((right.checked == 0) == Self.withoutSlope.contains(name), "\(name)")
      for factor in [-1, 2, 1.001] {
        let mutated = try prove(example, factor: factor)
        #expect(mutated.wrong == mutated.checked, "\(name) times \(factor)")
        #expect(mutated.checked == right.checked, "\(name)")
      }
    }
  }
}
