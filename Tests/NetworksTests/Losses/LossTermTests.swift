import Engine
import Testing

@testable import Networks

@Suite struct LossTermTests {
  @Test func everyTermsDerivativesEqualDualNumbers() throws {
    let terms = Registry.standard.losses.compactMap { ($0 as? any ElementwiseLoss)?.term }
    #expect(terms.count == 6)
    for term in terms {
      for example in type(of: term).examples {
        let op = try #require(example.op as? any ElementwiseOp)
        var generator = RandomGenerator(seed: 5)
        for _ in 0..<200 {
          let inputs = try example.inputs.map { source -> Double in
            guard case .numbers(_, let range, _) = source else { throw Missing() }
            return range.lowerBound
              + (range.upperBound - range.lowerBound) * generator.uniform()
          }
          check(op, at: inputs)
        }
      }
    }
  }

  private struct Missing: Error {}

  private func check(_ op: some ElementwiseOp, at inputs: [Double]) {
    let slopes = op.derivative(inputs, op.value(inputs))
    for place in inputs.indices {
      let dual = inputs.enumerated().map { Dual($1, derivative: $0 == place ? 1 : 0) }
      let exact = op.value(dual).derivative
      #expect(
        abs((slopes[place] ?? .nan) - exact) <= 1e-12 * max(1, abs(exact)),
        "\(type(of: op).name) at \(inputs), input \(place)")
    }
  }
}
