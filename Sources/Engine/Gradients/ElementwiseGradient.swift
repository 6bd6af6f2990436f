extension Ops {
  /// The backward half of an element-wise op: gradient of the output times ∂y/∂xᵢ, from the op's own
  /// derivative line. Its own derivative comes from the same line, which is as generic as any formula.
  package struct ElementwiseGradient: ElementwiseOp {
    package static let name = "slope"

    package let op: any ElementwiseOp
    package let argument: Int
    /// Which of (gradient, x₁ … xₙ, y) the derivative really uses; only these are kept in memory.
    package let used: [Int]

    package var argumentCount: Int { used.count }

    private init(_ op: any ElementwiseOp, argument: Int, slope: ElementwiseKernel) {
      (self.op, self.argument) = (op, argument)
      used = [0] + slope.term.inputs.sorted()
    }

    package func value<Q: Scalar>(_ x: [Q]) -> Q {
      var all = [Q](repeating: 0, count: op.argumentCount + 2)
      for (place, value) in zip(used, x) { all[place] = value }
      let inputs = Array(all[1...op.argumentCount])
      return all[0] * (op.derivative(inputs, all[op.argumentCount + 1])[argument] ?? 0)
    }

    /// The gradient with respect to one argument: zero where the slope is, the gradient of the output
    /// itself where the slope is 1.
    static func node(
      of op: some ElementwiseOp, argument: Int, _ backward: BackwardContext
    ) throws -> InputGradient {
      guard let slope = slope(of: op, argument: argument) else { return .zero }
      switch slope.term {
      case .constant(Float(0).bitPattern): return .zero
      case .constant(Float(1).bitPattern): return .node(backward.gradient)
      case .constant(Float(-1).bitPattern): return .node(try Negate()(backward.gradient))
      default: break
      }
      let gradient = ElementwiseGradient(op, argument: argument, slope: slope)
      let all = [backward.gradient] + backward.inputs + [backward.output]
      return .node(try gradient.apply(to: gradient.used.map { all[$0] }))
    }

    /// The slope in terms of the arguments, from number 1 on, and then the value.
    private static func slope(of op: some ElementwiseOp, argument: Int) -> ElementwiseKernel? {
      let count = op.argumentCount
      return op.derivative((1...count).map(ElementwiseKernel.input), .input(count + 1))[argument]
    }

    /// Those of all other element-wise ops.
    package static var examples: [OpExample] {
      all.filter { $0 != ElementwiseGradient.self }.compactMap { $0.examples.first }
        .flatMap { examples(of: $0) }
    }

    /// The gradient of an example's op with respect to each of its arguments. The value is a number of
    /// its own here: a formula in x and y holds for any.
    package static func examples(of example: OpExample) -> [OpExample] {
      guard let op = example.op as? any ElementwiseOp,
        case .numbers(let shape, _, _) = example.inputs[0]
      else { return [] }
      let all =
        [.numbers(shape, in: -2...2)] + example.inputs + [.numbers(shape, in: 0.2...0.9)]
      return (0..<op.argumentCount).compactMap { argument in
        slope(of: op, argument: argument).map { slope in
          let gradient = ElementwiseGradient(op, argument: argument, slope: slope)
          return OpExample(gradient, inputs: gradient.used.map { all[$0] })
        }
      }
    }
  }
}
