import Engine
import TestSupport
import Testing

@testable import Lessons

@Suite struct NotationTests {
  private func claims(_ formulas: String) throws -> [Claim] {
    try WorkedExample(markdown: "```check\n\(formulas)\n```\n", path: "a.md").check().claims
  }

  private func verdicts(_ formulas: String) throws -> [Verdict] {
    try claims(formulas).map(\.verdict)
  }

  private func problem(_ formulas: String) -> Problem? {
    do {
      _ = try claims(formulas)
      return nil
    } catch {
      return error as? Problem
    }
  }

  @Test(arguments: [
    ("relu(-5) = 0", [Verdict.right]), ("σ(2) ≈ 0.88", [.rounded]), ("σ(2) = 0.89", [.wrong]),
    ("2^3 = 8 = 7", [.right, .wrong]), ("-2^2 = -4", [.right]), ("2 − 3 × 4 ÷ 6 = 0", [.right]),
    ("3² = 9", [.right]), ("e^1 = 2.718", [.rounded]), ("65.9% + 24.2% = 90.1%", [.right]),
    ("[1, 2] · [3, 4] = 11", [.right]), ("[1, 2] * [3, 4] = [3, 8]", [.right, .right]),
    ("[[1, 2], [3, 4]] @ [1, 1] = [3, 7]", [.right, .right]),
    ("softmax([0, 0]) = [0.5, 0.4]", [.right, .wrong]), ("max(0, -1) = 0", [.right]),
    ("mse([1, 2], [1, 4]) = 2", [.right]), ("half_sum_of_squares([3], [1]) = 2", [.right]),
    ("cross_entropy([0, 0], 1) = 0.693", [.rounded]), ("1/3 = 0.333", [.rounded]),
    ("step([0.2, -1]) = [1, 0]", [.right, .right]), ("gelu(1) = 0.841", [.rounded]),
    ("1 + 2 = 2 + 1", []), ("1e-20 = 5e-20", []), ("2 * 1e-20 = 5e-20", [.wrong]),
    ("3 / 5 = 0.6000000238418579", [.rounded]), ("1 / 0 = 3", [.wrong]),
  ]) func formulas(_ text: String, _ expected: [Verdict]) throws {
    // Two bare numbers that differ are a claim too.
    let expected = text == "1e-20 = 5e-20" ? [Verdict.wrong] : expected
    #expect(try verdicts(text) == expected)
  }

  @Test func errorsAreMadeOnceAndInheritedAfterwards() throws {
    let found = try claims("x = 2\nz = x * 3 = 7 = 7.0\ny = z + 1 = 8\nr = relu(-z) = 0")
    #expect(found.map(\.verdict) == [.wrong, .inherited, .right])
    #expect(found[1].origin == TextPlace(line: 3, column: 13))
    #expect(found.map(\.right) == [6, 7, 0])
  }

  @Test func aSlipWithinASumIsFoundAtItsTerm() throws {
    let found = try claims("z = 0.5 * 0.8 + 0.7 * 0.3 - 0.3 = 0.4 + 0.22 - 0.3 = 0.32")
    #expect(found.map(\.text) == ["0.4", "0.22", "0.32"])
    #expect(found.map(\.verdict) == [.right, .wrong, .inherited])
    #expect(found[1].right == 0.21 && found[1].of == "0.7 * 0.3")
  }

  @Test func sumsInAnotherOrderAndDotProductsAreReadTermByTerm() throws {
    #expect(try verdicts("0.51 * 0.83 + 0.72 * 0.33 = 0.24 + 0.42") == [.rounded, .rounded])
    let lines = "x = [0.9, 0.2]\nw = [0.6, 0.4]\nz = dot(w, x) - 0.4 = "
    #expect(try verdicts(lines + "0.6 * 0.9 + 0.4 * 0.2 - 0.4 = 0.54 + 0.08 - 0.4").count == 2)
    let found = try claims(lines + "0.54 + 0.09 - 0.4 = 0.23")
    #expect(found.map(\.text) == ["0.54", "0.09", "0.23"])
    #expect(found.map(\.verdict) == [.right, .wrong, .inherited])
  }

  @Test func rowsOfMatricesAreComparedByName() throws {
    let lines = "A = [[1, 2], [3, 4]]\nr = [5, 11]\n"
    #expect(try verdicts(lines + "A[2] = [3, 5]") == [.wrong])
    let rows = try claims(lines + "B = A @ [[1, 3], [2, 4]] = [r, [11, 25]]\nB[2,2] = 24")
    #expect(rows.map(\.verdict) == [.right, .right, .right, .wrong])
  }

  @Test func roundedNumbersAllowWhatFollowsFromThem() throws {
    let sums = "a = e^2 = 7.389\nb = e = 2.718\n"
    #expect(problem(sums)?.found.contains("'e'") == true, "e alone is a name")
    let lines = "a = e^2 = 7.389\nb = e^1 = 2.718\nc = e^0.1 = 1.105\ns = a + b + c = "
    #expect(try verdicts(lines + "11.212").last == .rounded)
    // From the exact numbers, 11.2125.
    #expect(try verdicts(lines + "11.213").last == .rounded)
    #expect(try verdicts(lines + "11.211").last == .wrong)
    #expect(try verdicts(lines + "11.214").last == .wrong)
  }

  @Test func derivativesAreThoseOfTheLossThatIsWritten() throws {
    let lines = """
      z = [0.713, 0.464]
      p = softmax(z)
      L = half_sum_of_squares(p, [1, 0])
      H = cross_entropy(z, 1)
      """
    #expect(try verdicts("\(lines)\ndL/dz = [-0.2157, 0.2157]") == [.rounded, .rounded])
    #expect(try verdicts("\(lines)\n∂H/∂z = p - [1, 0] = [-0.438, 0.438]").first == .right)
    let wrong = try claims("\(lines)\ng = grad(L, z) = p - [1, 0]")
    #expect(wrong.map(\.verdict) == [.wrong])
    #expect((wrong[0].right + 0.2156745072326106).magnitude < 1e-12)
    #expect(problem("\(lines)\nw = 1\ng = grad(L, w)")?.expected.contains("uses w") == true)
  }

  @Test func aSlopeThatIsSupposedIsANumberLikeAnyOther() throws {
    #expect(try verdicts("w = 0.5\ndL/dw = 0.35\nw_new = w - 0.01 * dL/dw = 0.4965") == [.right])
  }

  @Test func headingsBeginANewExample() throws {
    let text =
      "# A\n```check\nx = 2\n```\n### B\n```check\nx * 2 = 4\n```\n# C\n```check\nx = 3\n```"
    let example = try WorkedExample(markdown: text)
    #expect(try example.check().claims.map(\.verdict) == [.right])
    #expect(example.headings == [nil, "A", "C"])
  }

  @Test(arguments: [
    ("x = 2x", "a.md:2:6"), ("x = (1 + 2", "a.md:2:11"), ("x = 1 $ 2", "a.md:2:7"),
    ("y = x + 1", "a.md:2:1"), ("x = [1, 2]\nx[3] = 1", "a.md:3:1"), ("x = foo(3)", "a.md:2:1"),
    ("x = [[1, 2], [3]]", "a.md:2:1"), ("x = 1e999", "a.md:2:5"), ("1 + 1", "a.md:2:1"),
    ("[1, 2] = 3", "a.md:2:1"), ("x = 0e-99999999999999999999", "a.md:2:6"), ("x = ", "a.md:2:5"),
    ("x = grad(1)", "a.md:2:5"),
  ]) func problemsSayWhere(_ formulas: String, _ place: String) {
    #expect(problem(formulas)?.location == place, "\(String(describing: problem(formulas)))")
  }

  @Test func hostileTextIsRefusedAndNeverTraps() throws {
    let deep = String(repeating: "(", count: 5000) + "1"
    #expect(problem("x = " + deep) != nil)
    #expect(problem("x = " + String(repeating: "-", count: 5000) + "1") != nil)
    #expect(problem("x = " + Array(repeating: "1", count: 5000).joined(separator: "+")) != nil)
    #expect(throws: Problem.self) { try WorkedExample(markdown: "# no block") }
    #expect(throws: Problem.self) { try WorkedExample(markdown: "```check\nx = 1\n") }
    // Every level could be read in two ways.
    func nested(_ last: String) -> String {
      (0..<30).reduce(last) { inner, _ in "(2 * (1 + \(inner)))" }
    }
    #expect(try verdicts("\(nested("1")) = \(nested("3"))").contains(.wrong))
    var generator = RandomGenerator(seed: 9)
    let pieces = [
      "x", "=", "1", "[", "]", "(", ")", ",", "^", "dL/dx", "grad", "*", "-", "\n", "0.5", "%", "²",
      "softmax", "mse", "e", ":", "{", "}", "\\frac", "\\hat", "\\begin{bmatrix}",
      "\\end{bmatrix}", "&", "\\\\", "<", "==", "$", "x_new", "x'", "conv2d", "max_pool", "one_hot",
      "argmax", "variance", "x = [[1, 2], [3, 4]]\n", "3",
    ]
    for _ in 0..<3000 {
      let text = (0..<generator.below(24)).map { _ in pieces[generator.below(pieces.count)] }
      _ = try? claims(text.joined(separator: " "))
      _ = try? claims(text.joined())
    }
  }

  @Test func formulasOfAnyLengthEndInTime() throws {
    let many = Array(repeating: "1.5", count: 200)
    for sign in ["/", "@", "*", "-"] {
      let chain = many.joined(separator: sign)
      #expect(try verdicts("x = \(chain) = \(chain.dropLast(1))6") == [.wrong])
    }
    let list = "x = [\(Array(repeating: "0.1", count: 100).joined(separator: ", "))]\n"
    #expect(try verdicts(list + "softmax(x) = x") == [.wrong])
    #expect(try verdicts(list + "y = softmax(x)\nL = sum(y^2)\ndL/dx = 0 * x").count == 1)
    let tooMany = Array(repeating: "1", count: 300)
    for sign in ["*", "+"] {
      #expect(problem("x = " + tooMany.joined(separator: sign))?.fix.contains("a name") == true)
    }
    let row = "[\(Array(repeating: "1", count: 9000).joined(separator: ","))]"
    #expect(problem("x = \(row)\ny = softmax(x)")?.found == "more (in formula)")
    #expect(problem("x = transpose([\(row)]) @ [\(row)]")?.found == "more (in formula)")
    #expect(problem("x = one_hot(1, 1000000000)") != nil)
  }

  @Test func theDocumentationsExampleIsAsItSays() throws {
    let report = try WorkedExample(markdown: repositoryText("Docs/worked-examples.md")).check()
    #expect(report.claims.filter { $0.verdict == .wrong }.map(\.text) == ["0.5", "p - y"])
  }
}
