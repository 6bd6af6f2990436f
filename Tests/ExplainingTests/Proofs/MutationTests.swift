import Engine
import Networks
import Testing

@testable import Explaining

/// An op whose derivative is wrong on purpose.
private struct Mutant: Op {
  static let name = "mutant"
  let op: any Op
  /// What every gradient is multiplied by.
  let factor: Double

  func shape(_ inputs: [TensorShape]) throws -> TensorShape { try op.shape(inputs) }
  func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    op.value(at: cell, inputs)
  }
  func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    try op.derivative(backward).map { part in
      guard case .node(let node) = part else { return part }
      return .node(try node * factor)
    }
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
    let mutant = OpExample(Mutant(op: example.op, factor: factor), inputs: example.inputs)
    let checked = try ExampleGraph(mutant, seed: 3)
    let (graph, loss, feeds) = (checked.graph, checked.loss, checked.feeds)
    var found = Found()
    for (input, gradient) in try zip(checked.differentiable, checked.gradients()) {
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

  /// What the way back through a recurrent layer is made of; nobody learns through it.
  private static let withoutDerivative: Set = [
    "recurrent scan gradient", "recurrent weight gradient", "joined recurrent gradient",
  ]
  private static let withoutSlope: Set = [Ops.ArgMax.name, Ops.RandomMask.name]

  @Test func everyWrongDerivativeIsFound() throws {
    // The first example of each; the tests of the catalog check the derivatives on all of them.
    let terms: [any Op.Type] = Registry.standard.losses.compactMap { loss in
      (loss as? any ElementwiseLoss).map { type(of: $0.term) }
    }
    for type in Ops.all.filter({ !Self.withoutDerivative.contains($0.name) }) + terms {
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
