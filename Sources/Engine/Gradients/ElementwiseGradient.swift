/// The backward half of an element-wise op: gradient of the output times ∂y/∂xᵢ, from the op's own
/// derivative line.
package struct ElementwiseGradient: ElementwiseOp {
  package static let name = "slope"
  package static let examples: [OpExample] = []

  package let op: any ElementwiseOp
  package let argument: Int
  /// Which of (gradient, x₁ … xₙ, y) the derivative really uses; only these are kept in memory.
  package let used: [Int]

  package var argumentCount: Int { used.count }
  package var symbols: [String] {
    let all = ["g"] + op.symbols + ["y"]
    return used.map { all[$0] }
  }

  package func value<Q: Scalar>(_ x: [Q]) -> Q {
    var all = [Q](repeating: 0, count: op.argumentCount + 2)
    for (place, value) in zip(used, x) { all[place] = value }
    let inputs = Array(all[1...op.argumentCount])
    return all[0] * (op.derivative(inputs, all[op.argumentCount + 1])[argument] ?? 0)
  }

  package func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] {
    [Q?](repeating: nil, count: argumentCount)
  }

  /// The node of the gradient with respect to one argument: nothing where the op has no derivative,
  /// the gradient itself where the slope is 1.
  static func node(
    of op: some ElementwiseOp, argument: Int, _ backward: BackwardContext
  ) throws -> Node? {
    let count = op.argumentCount
    let recorded = op.derivative((1...count).map(ElementwiseKernel.input), .input(count + 1))[
      argument]
    guard let slope = recorded else { return nil }
    if slope.term == .constant(Float(1).bitPattern) { return backward.gradient }
    if slope.term == .constant(Float(-1).bitPattern) { return try Ops.Negate()(backward.gradient) }
    let used = [0] + slope.term.inputs.sorted()
    let all = [backward.gradient] + backward.inputs + [backward.output]
    return try ElementwiseGradient(op: op, argument: argument, used: used).apply(
      to: used.map { all[$0] })
  }
}
