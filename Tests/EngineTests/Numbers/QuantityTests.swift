import Testing

@testable import Engine

@Suite struct QuantityTests {
  private func sigmoid<Q: Scalar>(_ x: Q) -> Q { 1 / (1 + .exp(-x)) }

  @Test func oneLineGivesValueDerivativeAndText() {
    #expect(abs(sigmoid(0.49) - 0.6201064) < 1e-7)
    let dual = sigmoid(Dual(0.49, derivative: 1))
    #expect(abs(dual.derivative - dual.real * (1 - dual.real)) < 1e-15)
    let written = sigmoid(SymbolicExpression.variable("z", 0.49))
    #expect(written.symbols == "1 ÷ (1 + e^(-z))")
    #expect(written.numbers == "1 ÷ (1 + e^(-0.49))")
    #expect(written.real == sigmoid(0.49))
  }

  @Test func writtenFormulasKeepTheirMeaningInBrackets() {
    let a = SymbolicExpression.variable("a", 2)
    let b = SymbolicExpression.variable("b", -3)
    let c = SymbolicExpression.variable("c", 4)
    #expect((a - (b + c)).symbols == "a - (b + c)")
    #expect((a - b - c).symbols == "a - b - c")
    #expect((a / (b * c)).symbols == "a ÷ (b · c)")
    #expect((a * (b + c)).symbols == "a · (b + c)")
    #expect((a * b).numbers == "2 · (-3)")
    #expect((-(a + b)).symbols == "-(a + b)")
    #expect((a * -b).symbols == "a · (-b)")
    #expect(SymbolicExpression.max(a, b).numbers == "max(2, -3)")
  }

  @Test func maximumAndMinimumKeepNotANumber() {
    #expect(Double.max(.nan, 1).isNaN && Double.max(1, .nan).isNaN)
    #expect(Double.min(.nan, 1).isNaN && Double.min(1, .nan).isNaN)
    #expect(Dual.max(Dual(1), Dual(.nan)).real.isNaN)
  }

  @Test(arguments: [-2.0, -0.3, 0.4, 1.7])
  func dualFollowsEveryFunction(x: Double) {
    func check(_ name: String, _ f: (Dual) -> Dual) {
      let exact = f(Dual(x, derivative: 1)).derivative
      let estimate = (f(Dual(x + 1e-6)).real - f(Dual(x - 1e-6)).real) / 2e-6
      #expect(abs(exact - estimate) < 1e-8 * max(1, abs(exact)), "\(name) at \(x)")
    }
    check("exp") { .exp($0) }
    check("log") { .log($0 * $0) }
    check("tanh") { .tanh($0) }
    check("erf") { .erf($0) }
    check("sqrt") { .sqrt($0 * $0 + 1) }
    check("abs") { .abs($0) }
    check("divide") { 1 / $0 }
    check("select") { .select($0, greaterThan: 0, $0 * $0, else: -$0) }
  }
}
