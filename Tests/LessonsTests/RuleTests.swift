import Engine
import Testing

@testable import Lessons

/// What is right, and what only looks like it.
@Suite struct RuleTests {
  private func claims(_ formulas: String) throws -> [Claim] {
    try WorkedExample(markdown: "```check\n\(formulas)\n```\n", path: "a.md").check().claims
  }

  /// A coarsely rounded number does not excuse what follows neither from it nor from the exact one.
  @Test func roundingDoesNotAddUp() throws {
    let start = "z = 1.234 * 0.789 = 1.0\n"
    let cases: [(String, Verdict)] = [
      ("8", .wrong), ("3", .rounded), ("0", .rounded), ("0.36", .rounded), ("0.3626", .right),
      ("1.5", .wrong),
    ]
    for (text, verdict) in cases {
      #expect(try claims(start + "q = 100 * z - 97 = \(text)").last?.verdict == verdict, "\(text)")
    }
  }

  /// A long chain of roundings: each number is held to the one before it, however long the chain is.
  @Test func aFalseNumberIsFoundBehindManyRoundedOnes() throws {
    var lines = "a0 = 1 / 3 = 0.33\n"
    for index in 1...12 { lines += "a\(index) = a\(index - 1) * 1.1\n" }
    let exact = (0..<12).reduce(1.0 / 3) { value, _ in value * 1.1 }
    let printed = (0..<12).reduce(0.33) { value, _ in value * 1.1 }
    func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    #expect(try claims(lines + "a12 = \(text(exact))").last?.verdict == .rounded)
    #expect(try claims(lines + "a12 = \(text(printed))").last?.verdict == .rounded)
    #expect(try claims(lines + "a12 = \(text((exact + printed) / 2))").last?.verdict == .wrong)
    #expect(try claims(lines + "a12 = \(text(2 * exact - printed))").last?.verdict == .wrong)
  }

  private static let start = """
    lr = 0.1
    w1 = 0.5
    b2 = 0.2
    g = 0.4
    L = (w1 + b2)^2
    g_w1 = 2 * w1
    g_b2 = 2 * b2

    """

  /// A step with another sign than the first, however its gradient is called.
  @Test(arguments: [
    ("w1_new = w1 - lr * g", "b2_new = b2 + lr * g", "0.24", 0.16),
    ("w1_new = w1 - lr * g_w1", "b2_new = b2 + lr * g_b2", "0.24", 0.16),
    ("w1_new = w1 - lr * g_w1", "b2_new = b2 - lr * g_w1", "0.1", 0.16),
    ("w1' = w1 - lr * g", "b2' = b2 + g * lr", "0.24", 0.16),
    ("w1_new = w1 + lr * g", "b2_new = b2 - lr * g", "0.16", 0.24),
  ]) func aStepThatIsNotMadeLikeTheFirstIsFound(
    _ first: String, _ second: String, _ value: String, _ right: Double
  ) throws {
    let found = try claims("\(Self.start)\(first)\n\(second) = \(value)")
    #expect(found.map(\.verdict) == [.wrong, .inherited], "\(found)")
    #expect(found.allSatisfy { $0.place.line == 10 })
    let last = try #require(found.last)
    #expect((last.right - right).magnitude < 1e-12)
  }

  /// What is another formula but says the same, or is no step at the rate of the first.
  @Test(arguments: [
    ("w1_new = w1 - lr * g", "b2_new = b2 - lr * 2 * b2 = 0.16"),
    ("w1_new = w1 - 0.1 * (-1.6)", "b2_new = b2 + 0.1 * 0.8 = 0.28"),
    ("w1_new = w1 - lr * g_w1", "b2_new = b2 - g_b2 * lr = 0.16"),
    ("w1_new = w1 - lr * g_w1", "b2_new = b2 - lr * (g_b2 + g * b2) = 0.152"),
    ("w1_new = w1 - lr * (g_w1 + g * w1)", "b2_new = b2 - lr * g_b2 = 0.16"),
    ("w1_new = w1 - lr * g", "g_new = g + 1 = 1.4"),
    ("w1_new = w1 - lr * g", "L_new = (w1_new + b2)^2 = 0.4356"),
  ]) func otherFormulasAreLeftAlone(_ first: String, _ second: String) throws {
    let found = try claims("\(Self.start)\(first)\n\(second)")
    #expect(found.allSatisfy { $0.verdict == .right || $0.verdict == .rounded }, "\(found)")
  }

  @Test func whatIsComputedAgainIsComputedTheSameWay() throws {
    let lines = """
      x = 2
      w = 0.5
      b = 0.1
      y = w * x + b = 1.1
      w_new = 0.66
      b_new = 0.18

      """
    #expect(
      try claims(lines + "y_new = w_new * x + b_new = 1.5").map(\.verdict) == [.right, .right])
    let found = try claims(lines + "y_new = w_new * x - b_new = 1.14")
    #expect(found.map(\.verdict) == [.right, .wrong, .inherited])
    #expect((found[2].right - 1.5).magnitude < 1e-12)
  }

  /// A wrong formula of names makes what follows from it inherit, not right.
  @Test func whatFollowsFromAWrongFormulaInheritsIt() throws {
    let found = try claims("w = 2\nx = 3\nb = 1\nz = w * x + b = w * x - b = 5\ny = z + 1 = 6")
    #expect(found.map(\.verdict) == [.wrong, .inherited, .inherited])
    #expect(found.map(\.right) == [-1, 7, 8])
  }
}
