/// An op that computes each element from the elements at the same place of its inputs, by one generic
/// formula.
public protocol ElementwiseOp: Op {
  /// How many inputs it has.
  var argumentCount: Int { get }
  /// The formula for one element.
  func value<Q: Scalar>(_ x: [Q]) -> Q
  /// ∂y/∂x for each input; nil where a gradient makes no sense. `y` is the value.
  func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?]
  /// Names of the arguments in its formula.
  var symbols: [String] { get }
}

extension ElementwiseOp {
  public func shape(_ inputs: [TensorShape]) throws -> TensorShape {
    guard inputs.count == argumentCount, inputs.allSatisfy({ $0 == inputs[0] }) else {
      throw Problem.shape(
        Self.name, expected: "\(argumentCount) inputs of one shape",
        found: inputs.map(\.description).joined(separator: " and "))
    }
    return inputs[0]
  }

  public func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    value(inputs.map { $0[flat: cell] })
  }

  public func derivative(_ backward: BackwardContext) throws -> [Node?] {
    try (0..<argumentCount).map { argument in
      try ElementwiseGradient.node(of: self, argument: argument, backward)
    }
  }

  /// The generic line, written out.
  public var formula: String {
    value(symbols.map { SymbolicExpression.variable($0, 0) }).symbols
  }

  public var symbols: [String] {
    argumentCount == 1 ? ["x"] : ["a", "b", "c", "d", "e"].prefix(argumentCount).map { $0 }
  }
}

/// An element-wise op of one input.
public protocol UnaryOp: ElementwiseOp {
  /// The formula.
  func value<Q: Scalar>(_ x: Q) -> Q
  /// Its derivative; `y` is the value, for the many functions whose slope is shortest in terms of it.
  func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q
}

extension UnaryOp {
  public var argumentCount: Int { 1 }
  public func value<Q: Scalar>(_ x: [Q]) -> Q { value(x[0]) }
  public func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] { [derivative(x[0], y)] }
}

/// An element-wise op of two inputs.
public protocol BinaryOp: ElementwiseOp {
  /// The formula.
  func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q
  /// Its two partial derivatives; `y` is the value.
  func derivative<Q: Scalar>(_ a: Q, _ b: Q, _ y: Q) -> (Q, Q)
}

extension BinaryOp {
  public var argumentCount: Int { 2 }
  public func value<Q: Scalar>(_ x: [Q]) -> Q { value(x[0], x[1]) }
  public func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] {
    let (a, b) = derivative(x[0], x[1], y)
    return [a, b]
  }
}
