/// A formula recorded for the fast loops: the same generic line, run once on symbols, leaves a tree, of
/// which ``ElementwiseCode`` makes the instructions that `Program` executes tile by tile.
package struct ElementwiseKernel: Scalar {
  /// What one instruction computes. The raw values are those of the C kernels.
  package enum Operation: Int32, Sendable, CaseIterable {
    case copy, add, subtract, multiply, divide, maximum, minimum, negate, absolute, squareRoot
    case exponential, logarithm, hyperbolicTangent, errorFunction, selectGreater
    // What `ElementwiseCode` makes of several of those above.
    case multiplyAdd, multiplySubtract, subtractProduct, sumOfProducts, divideByRoot
    case logistic
  }

  /// A formula as a tree; leaves are inputs by number or constants.
  package indirect enum Term: Hashable, Sendable {
    case input(Int)
    case constant(UInt32)
    case apply(Operation, [Term])

    /// The numbers of the inputs it reads.
    var inputs: Set<Int> {
      switch self {
      case .input(let number): [number]
      case .constant: []
      case .apply(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.inputs) }
      }
    }
  }

  package let term: Term

  init(_ term: Term) { self.term = term }
  package init(_ constant: Double) { term = .constant(Float(constant).bitPattern) }

  /// The input of a given number.
  package static func input(_ number: Int) -> ElementwiseKernel {
    ElementwiseKernel(.input(number))
  }

  private static func record(_ operation: Operation, _ arguments: ElementwiseKernel...)
    -> ElementwiseKernel
  {
    ElementwiseKernel(.apply(operation, arguments.map(\.term)))
  }

  package static func + (a: ElementwiseKernel, b: ElementwiseKernel) -> ElementwiseKernel {
    record(.add, a, b)
  }
  package static func - (a: ElementwiseKernel, b: ElementwiseKernel) -> ElementwiseKernel {
    record(.subtract, a, b)
  }
  package static func * (a: ElementwiseKernel, b: ElementwiseKernel) -> ElementwiseKernel {
    record(.multiply, a, b)
  }
  package static func / (a: ElementwiseKernel, b: ElementwiseKernel) -> ElementwiseKernel {
    record(.divide, a, b)
  }
  package static prefix func - (a: ElementwiseKernel) -> ElementwiseKernel { record(.negate, a) }
  package static func exp(_ x: ElementwiseKernel) -> ElementwiseKernel { record(.exponential, x) }
  package static func log(_ x: ElementwiseKernel) -> ElementwiseKernel { record(.logarithm, x) }
  package static func tanh(_ x: ElementwiseKernel) -> ElementwiseKernel {
    record(.hyperbolicTangent, x)
  }
  package static func erf(_ x: ElementwiseKernel) -> ElementwiseKernel { record(.errorFunction, x) }
  package static func sqrt(_ x: ElementwiseKernel) -> ElementwiseKernel { record(.squareRoot, x) }
  package static func abs(_ x: ElementwiseKernel) -> ElementwiseKernel { record(.absolute, x) }
  package static func max(_ a: ElementwiseKernel, _ b: ElementwiseKernel) -> ElementwiseKernel {
    record(.maximum, a, b)
  }
  package static func min(_ a: ElementwiseKernel, _ b: ElementwiseKernel) -> ElementwiseKernel {
    record(.minimum, a, b)
  }
  package static func select(
    _ a: ElementwiseKernel, greaterThan b: ElementwiseKernel, _ yes: ElementwiseKernel,
    else no: ElementwiseKernel
  ) -> ElementwiseKernel {
    record(.selectGreater, a, b, yes, no)
  }
}

extension ElementwiseOp {
  /// Its formula as a tree; inputs have the numbers of the op's own.
  package var formula: ElementwiseKernel.Term {
    value((0..<argumentCount).map(ElementwiseKernel.input)).term
  }
}
