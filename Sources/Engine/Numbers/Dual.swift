/// A value and its derivative along one direction, carried together: exact differentiation of any
/// formula (forward mode; Clifford 1873, Wengert 1964).
///
/// Over `Double` (`Dual`) it checks the derivatives written by hand. Over any other kind of scalar it
/// writes derivatives: of a formula that comes without one, and of the derivatives themselves.
package struct DualNumber<Part: Scalar>: Scalar {
  /// The value.
  package var real: Part
  /// The derivative of the value with respect to the one chosen variable; nil where the value does not
  /// depend on it, so that nothing is computed or written for it.
  var tangent: Part?

  init(_ real: Part, tangent: Part?) {
    self.real = real
    self.tangent = tangent
  }

  /// A value with a given derivative; 1 for the variable itself, 0 for a constant.
  package init(_ real: Part, derivative: Part) { self.init(real, tangent: derivative) }

  package init(_ constant: Double) { self.init(Part(constant), tangent: nil) }

  /// The derivative of the value with respect to the one chosen variable.
  package var derivative: Part {
    get { tangent ?? 0 }
    set { tangent = newValue }
  }

  /// The chain rule for a function of one value, with its slope there.
  private func through(_ value: Part, slope: () -> Part) -> DualNumber {
    DualNumber(value, tangent: tangent.map { slope() * $0 })
  }

  /// What two parts of a derivative come to; a part that is nil is left out.
  private static func sum(_ a: Part?, _ b: Part?) -> Part? {
    guard let a, let b else { return a ?? b }
    return a + b
  }

  package static func + (a: DualNumber, b: DualNumber) -> DualNumber {
    DualNumber(a.real + b.real, tangent: sum(a.tangent, b.tangent))
  }
  package static func - (a: DualNumber, b: DualNumber) -> DualNumber {
    guard let left = a.tangent, let right = b.tangent else {
      return DualNumber(a.real - b.real, tangent: a.tangent ?? b.tangent.map { -$0 })
    }
    return DualNumber(a.real - b.real, tangent: left - right)
  }
  package static func * (a: DualNumber, b: DualNumber) -> DualNumber {
    DualNumber(
      a.real * b.real, tangent: sum(a.tangent.map { $0 * b.real }, b.tangent.map { a.real * $0 }))
  }
  package static func / (a: DualNumber, b: DualNumber) -> DualNumber {
    let quotient = a.real / b.real
    let change = sum(a.tangent, b.tangent.map { -(quotient * $0) })
    return DualNumber(quotient, tangent: change.map { $0 / b.real })
  }
  package static prefix func - (a: DualNumber) -> DualNumber {
    DualNumber(-a.real, tangent: a.tangent.map { -$0 })
  }

  package static func exp(_ x: DualNumber) -> DualNumber {
    let value = Part.exp(x.real)
    return x.through(value) { value }
  }
  package static func log(_ x: DualNumber) -> DualNumber {
    DualNumber(.log(x.real), tangent: x.tangent.map { $0 / x.real })
  }
  package static func tanh(_ x: DualNumber) -> DualNumber {
    // 1 - tanh² loses its digits where tanh is near 1; 1/cosh² does not.
    x.through(.tanh(x.real)) {
      let halfSum = (Part.exp(x.real) + Part.exp(-x.real)) / 2
      return 1 / (halfSum * halfSum)
    }
  }
  package static func erf(_ x: DualNumber) -> DualNumber {
    x.through(.erf(x.real)) { Part(2 / Double.pi.squareRoot()) * .exp(-(x.real * x.real)) }
  }
  package static func sqrt(_ x: DualNumber) -> DualNumber {
    let root = Part.sqrt(x.real)
    return DualNumber(root, tangent: x.tangent.map { $0 / (2 * root) })
  }
  package static func abs(_ x: DualNumber) -> DualNumber {
    DualNumber(
      .abs(x.real), tangent: x.tangent.map { .select(0, greaterThan: x.real, -$0, else: $0) })
  }
  package static func max(_ a: DualNumber, _ b: DualNumber) -> DualNumber {
    DualNumber(.max(a.real, b.real), tangent: choice(b.real, greaterThan: a.real, b, else: a))
  }
  package static func min(_ a: DualNumber, _ b: DualNumber) -> DualNumber {
    DualNumber(.min(a.real, b.real), tangent: choice(a.real, greaterThan: b.real, b, else: a))
  }
  package static func select(
    _ a: DualNumber, greaterThan b: DualNumber, _ yes: DualNumber, else no: DualNumber
  ) -> DualNumber {
    DualNumber(
      .select(a.real, greaterThan: b.real, yes.real, else: no.real),
      tangent: choice(a.real, greaterThan: b.real, yes, else: no))
  }

  private static func choice(
    _ a: Part, greaterThan b: Part, _ yes: DualNumber, else no: DualNumber
  ) -> Part? {
    if yes.tangent == nil, no.tangent == nil { return nil }
    return .select(a, greaterThan: b, yes.derivative, else: no.derivative)
  }
}

/// A number with its derivative.
package typealias Dual = DualNumber<Double>

extension DualNumber: NumericScalar where Part == Double {}
