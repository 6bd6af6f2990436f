/// An op that computes each element from the elements at the same place of its inputs, by one generic
/// formula.
public protocol ElementwiseOp: Op {
  /// How many inputs it has.
  var argumentCount: Int { get }
  /// The formula for one element.
  func value<Q: Scalar>(_ x: [Q]) -> Q
  /// ∂y/∂x for each input; nil where it is 0 everywhere. `y` is the value. If it is not given, it comes
  /// from the formula.
  func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?]
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

  /// By dual numbers, whose parts are any kind of scalar.
  public func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] {
    x.indices.map { place in
      value(x.indices.map { DualNumber(x[$0], tangent: $0 == place ? 1 : nil) }).tangent
    }
  }

  public func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    try (0..<argumentCount).map { argument in
      try Ops.ElementwiseGradient.node(of: self, argument: argument, backward)
    }
  }
}

/// An element-wise op of one input.
public protocol UnaryOp: ElementwiseOp {
  /// The formula.
  func value<Q: Scalar>(_ x: Q) -> Q
  /// Its derivative; `y` is the value, for the many functions whose slope is shortest in terms of it.
  /// If it is not given, it comes from the formula.
  func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q
}

extension UnaryOp {
  public var argumentCount: Int { 1 }
  public func value<Q: Scalar>(_ x: [Q]) -> Q { value(x[0]) }
  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
    value(DualNumber(x, derivative: 1)).derivative
  }
  public func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] { [derivative(x[0], y)] }
}

/// An element-wise op of two inputs.
public protocol BinaryOp: ElementwiseOp {
  /// The formula.
  func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q
  /// Its two partial derivatives; `y` is the value. If they are not given, they come from the formula.
  func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q)
}

extension BinaryOp {
  public var argumentCount: Int { 2 }
  public func value<Q: Scalar>(_ x: [Q]) -> Q { value(x[0], x[1]) }
  public func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    (
      value(DualNumber(a, tangent: 1), DualNumber(b, tangent: nil)).derivative,
      value(DualNumber(a, tangent: nil), DualNumber(b, tangent: 1)).derivative
    )
  }
  public func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] {
    let (a, b) = derivative(x[0], x[1], value: y)
    return [a, b]
  }
}
