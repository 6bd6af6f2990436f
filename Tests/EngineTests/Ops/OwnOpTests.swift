import Engine
import Testing

/// Each number and the ones before it in its row, multiplied: written without any fast code.
private struct RunningProduct: Op {
  static let name = "running product"

  func shape(_ inputs: [TensorShape]) throws -> TensorShape {
    guard inputs.count == 1, inputs[0].rank == 2 else {
      throw Problem.shape(Self.name, expected: "rows", found: "\(inputs)")
    }
    return inputs[0]
  }

  func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    let width = inputs[0].shape[1]
    return (cell / width * width...cell).reduce(1) { $0 * inputs[0][flat: $1] }
  }

  static let examples = [OpExample(RunningProduct(), .numbers([3, 4], in: 0.5...2))]
}

/// The same with a derivative for rows of two numbers: y₁ = x₁, y₂ = x₁ · x₂.
private struct PairProduct: Op {
  static let name = "pair product"
  var isRight = true

  func shape(_ inputs: [TensorShape]) throws -> TensorShape { try RunningProduct().shape(inputs) }

  func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    RunningProduct().value(at: cell, inputs)
  }

  func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    let (x, g) = (backward.inputs[0], backward.gradient)
    let half: TensorShape = [x.shape[0], 1]
    let (x1, x2) = (
      try x.sliced(from: [0, 0], shape: half), try x.sliced(from: [0, 1], shape: half)
    )
    let (g1, g2) = (
      try g.sliced(from: [0, 0], shape: half), try g.sliced(from: [0, 1], shape: half)
    )
    let first = try isRight ? g1 + g2 * x2 : g1
    return [.node(try first.concatenated(with: g2 * x1, axis: 1))]
  }
}

/// One line is all it has.
private struct Bump: UnaryOp {
  static let name = "bump"
  func value<Q: Scalar>(_ x: Q) -> Q { .exp(-x * x) + .tanh(.abs(x)) / .sqrt(1 + x * x) }
}

@Suite struct OwnOpTests {
  @Test func anOpWithoutStepsRunsByItsDefinition() throws {
    #expect(try RunningProduct.examples[0].check() == 0)
    let product = TensorFunction { x in try RunningProduct()(x) }
    #expect(try product(Tensor([2, 3], [1, 2, 3, 4, 5, 6])).values == [1, 2, 6, 4, 20, 120])
    // Several chunks.
    let many = Tensor(repeating: 1, shape: [40, 50])
    #expect(try product(many) == many)
  }

  @Test func aDerivativeThatIsNotWrittenIsSaid() throws {
    let graph = Graph()
    let x = try graph.input("x", shape: [2, 3])
    let loss = try graph.scope("layer") { try RunningProduct()(x).sum() }
    let problem = #expect(throws: Problem.self) {
      try graph.gradients(of: loss, withRespectTo: [x])
    }
    #expect(problem?.location == "layer: running product")
    #expect(problem?.fix.contains("derivative") == true)
    // Nobody asks for it: no error.
    let other = try graph.input("other", shape: .scalar)
    _ = try graph.gradients(of: loss * other, withRespectTo: [other])
  }

  @Test func anOpWithADerivativeIsCheckedAndDifferentiatedTwice() throws {
    let inputs = OpExample.Input.numbers([4, 2], in: 0.5...2)
    #expect(try OpExample(PairProduct(), inputs).check() == 2)
    #expect(throws: Problem.self) { try OpExample(PairProduct(isRight: false), inputs).check() }
  }

  @Test func oneLineIsEnoughElementByElement() throws {
    #expect(try OpExample(Bump(), .numbers([3, 5], in: -2...2, avoiding: [0])).check() == 2)
  }
}
