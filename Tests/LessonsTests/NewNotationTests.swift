import Engine
import Testing

@testable import Lessons

/// Slices, windows, comparisons, and LaTeX.
@Suite struct NewNotationTests {
  private func verdicts(_ formulas: String) throws -> [Verdict] {
    try WorkedExample(markdown: "```check\n\(formulas)\n```\n", path: "a.md").check().claims
      .map(\.verdict)
  }

  private static let image = "x = [[1, 2, 3], [4, 5, 6], [7, 8, 10]]\n"

  /// Each is right; with the last digit changed it is wrong.
  @Test(arguments: [
    "x[2, 1:2] = [4, 5]", "x[2:3, 3] = [6, 10]", "x[:, 1] = [1, 4, 7]",
    "x[2:, 2:] = [[5, 6], [8, 10]]",
    "x[:1] = [[1, 2, 3]]", "conv2d(x, [[1, 0], [0, -1]]) = [[-4, -4], [-4, -5]]",
    "conv2d(x, [[1, 0], [0, 1]], 2) = [[6]]", "conv1d([1, 2, 3, 4], [1, -1]) = [-1, -1, -1]",
    "max_pool(x, 2, 1) = [[5, 6], [8, 10]]", "max_pool([1, 3, 2, 0], 2) = [3, 2]",
    "average_pool(x, 2, 1) = [[3, 4], [6, 7.25]]", "flatten(x[1:2, 1:2]) = [1, 2, 4, 5]",
    "argmax([0.1, 0.7, 0.2]) = 2", "argmax(x) = 9", "one_hot(2, 3) = [0, 1, 0]",
    "variance([1, 2, 3, 4]) = 1.25", "std([1, 3]) = 1", "mean([1, 2] == [1, 3]) = 0.5",
    "0.7 > 0.5 = 1", "[0.2, 0.7] >= 0.5 = [0, 1]", "2 < 1 = 0", "x[1] ≤ 2 = [1, 1, 0]",
    "3 != 3 = 0", "(0.3 > 0.5) * 2 = 0",
  ]) func values(_ text: String) throws {
    #expect(try verdicts(Self.image + text).allSatisfy { $0 == .right }, "\(text)")
    var wrong = Array(text)
    let last = wrong.lastIndex { $0.isNumber }
    let place = try #require(last)
    wrong[place] = wrong[place] == "9" ? "8" : Character("\(wrong[place].wholeNumberValue! + 1)")
    #expect(try verdicts(Self.image + String(wrong)).contains(.wrong), "\(String(wrong))")
  }

  @Test func windowsAndVarianceHaveDerivatives() throws {
    let lines = """
      x = [[1, 2, 3], [4, 5, 6], [7, 8, 10]]
      k = [[0.5, -1], [0.25, 2]]
      m = conv2d(x, k)
      p = max_pool(m, 2)
      L = sum(p)
      v = [1, 2, 6]
      s = variance(v)

      """
    #expect(try verdicts(lines + "dL/dk = [[5, 6], [8, 10]]").allSatisfy { $0 == .right })
    #expect(
      try verdicts(lines + "ds/dv = 2 * (v - mean(v)) / 3 = [-1.333, -0.667, 2]").last == .right)
  }

  @Test(arguments: [
    #"z = \frac{1}{2} \cdot 3 = 1.5"#, #"z = \sqrt{16} + \left( 2 - 1 \right) = 5"#,
    #"\hat{y} = 0.5 \times 2 = 1"#, #"w_{new} = 0.5 - 0.1 \cdot (-1.6) = 0.66"#,
    #"w\_{new} = 0.5 + 0.16 \approx 0.66"#, #"\sigma(0) = \frac{1}{1 + e^{-0}} = 0.5"#,
    #"\alpha = 2^{3} = 8"#, #"a_{1,2} = \max(0, -1) = 0"#, #"p = 1/4 = 25\%"#,
    #"\mathrm{softmax}([0, 0]) = [0.5, 0.5]"#, #"w_{\text{new}} = 2 \cdot 3 = 6"#,
    #"A = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \cdot \begin{pmatrix} 1 \\ 1 \end{pmatrix} = [[3], [7]]"#,
    "A = \\begin{bmatrix} 1 & 2 \\\\\n 3 & 4 \\end{bmatrix}^\\top = [[1, 3], [2, 4]]",
    #"$$w\_{new} = 0.5 - 0.1 \cdot (-1.6) = 0.66$$"#, "$a = 2^2$\n$$= 4 $$",
    "z &= 1 + 2 \\\\\n &= 3", #"0.7 \geq 0.5 = 1"#, #"e^{0} = 1"#,
  ]) func latex(_ text: String) throws {
    let found = try verdicts(text)
    #expect(!found.isEmpty && found.allSatisfy { $0 == .right }, "\(found)")
  }

  @Test func latexNamesAreThoseOfThePlainNotation() throws {
    let lines = """
      w = 0.5
      \\hat{y} = w * 2
      \\frac{dL}{dw} = 0.3
      L = (ŷ - 1.5)^2
      \\frac{\\partial L}{\\partial w} = 2 \\cdot (\\hat{y} - 1.5) \\cdot 2 = -2
      \\alpha_1 = 1
      \\theta_{new} = α_1 + 1 = 2
      θ_new = 2
      w_{new} = w - 0.1 * dL/dw = 0.47
      """
    #expect(try verdicts(lines) == [.right, .right, .right, .right])
  }

  @Test(arguments: [
    #"x = \foo"#, #"x = \frac{1}"#, #"x = \begin"#, #"x = {1"#, #"x = \"#, #"x = \_"#,
  ])
  func damagedLatexIsRefused(_ text: String) {
    #expect(throws: Problem.self) { try verdicts(text) }
  }
}
