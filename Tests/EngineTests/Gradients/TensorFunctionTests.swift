import Engine
import Testing

@Suite struct TensorFunctionTests {
  private let point = try! Tensor([3], [-0.7, 0.2, 1.5])

  private func expectNear(_ found: Tensor, _ expected: (Double) -> Double) {
    for (x, value) in zip(point.values, found.values) {
      #expect(abs(Double(value) - expected(Double(x))) < 1e-5)
    }
  }

  @Test func valueGradientAndSecondDerivative() throws {
    let f = TensorFunction { x in try (x.tanh() * x).sum() }
    let slope = grad(f)
    let bend = grad { x in try slope(x).sum() }
    let total = point.values.reduce(0) { $0 + .tanh(Double($1)) * Double($1) }
    #expect(abs(Double(try f(point).values[0]) - total) < 1e-5)
    func steep(_ x: Double) -> Double { 1 - .tanh(x) * .tanh(x) }
    expectNear(try slope(point)) { .tanh($0) + $0 * steep($0) }
    expectNear(try bend(point)) { 2 * steep($0) - 2 * $0 * .tanh($0) * steep($0) }
  }

  @Test func gradOfGradOfANumber() throws {
    let third = grad(grad(grad { x in try x * x * x * x }))
    #expect(try third(Tensor(2)).values == [48])
  }

  @Test func severalArgumentsAndTheirShapes() throws {
    let both = valueAndGrads { x in try (x[0].matmul(x[1]) - 1).sum() }
    let (a, b) = (try Tensor([1, 2], [3, 4]), try Tensor([2, 1], [5, 6]))
    let (value, gradients) = try both([a, b])
    #expect(value.values == [38])
    #expect(gradients[0] == (try Tensor([1, 2], [5, 6])))
    #expect(gradients[1] == (try Tensor([2, 1], [3, 4])))
    // Another shape, the same function.
    let wide = try both([try Tensor([2, 1], [1, 2]), try Tensor([1, 2], [1, 1])])
    #expect(wide.value.values == [2])
    let square = try valueAndGrad { x in try (2 * x * x).sum() }(point)
    expectNear(square.gradient) { 4 * $0 }
  }

  @Test func whatCannotBeDoneIsThrown() throws {
    #expect(throws: Problem.self) { try grad { x in try x * x }(point) }
    #expect(throws: Problem.self) { try TensorFunction { x in x }(point, point) }
    #expect(throws: Problem.self) { try TensorFunction { x in try x.sum(axis: 3) }(point) }
    #expect(throws: Problem.self) { try TensorFunction { x in try x + x.graph.randomKey() }(point) }
    #expect(throws: Problem.self) { try TensorFunction { _ in Graph().constant(1) }(point) }
    #expect(throws: Problem.self) { try TensorFunction { x in try x + Graph().constant(1) }(point) }
    let (one, other) = (Graph().constant(1), Graph().constant(1))
    #expect(throws: Problem.self) { try one.graph.gradients(of: one, withRespectTo: [other]) }
    #expect(throws: Problem.self) { try one.graph.evaluate([other], feeding: [String: [Double]]()) }
  }
}
