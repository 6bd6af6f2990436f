import Engine
import Formatting

/// A calculation with numbers alone, in the notation of worked examples: `1 / (1 + e^-0.5)`.
struct Calculation: Sendable, Hashable {
  /// Computes and explains itself.
  let written: SymbolicExpression

  /// - Throws: `Problem` for what is no formula, uses a name, or gives no single finite number.
  init(_ text: String) throws {
    guard text.utf8.count <= Self.longest else {
      throw Problem.data(
        Self.place, expected: "at most \(Self.longest) characters", found: "\(text.utf8.count)")
    }
    var next = 0
    let terms = try TermReader.chain(
      [(number: 1, text: text[...])], path: Self.place, nextLiteral: &next)
    guard terms.count == 1 else {
      throw Problem.data(
        Self.place, expected: "one number or one formula", found: "'\(text)'",
        fix: "leave out everything from the = on")
    }
    let reading = TermValue<SymbolicExpression>(work: Work()) { leaf in
      guard case .number(let literal) = leaf.kind else {
        throw Problem.data(
          Self.place, expected: "numbers, signs and functions such as exp", found: leaf.text,
          fix: "write the number that '\(leaf.text)' stands for")
      }
      return Elements(shape: .scalar, values: [SymbolicExpression(literal.value)])
    }
    let result = try reading(terms[0])
    guard result.values.count == 1, result.values[0].real.isFinite else {
      throw Problem.data(
        Self.place, expected: "a single finite number",
        found: listText(result.values.prefix(4).map(\.real)))
    }
    written = result.values[0]
  }

  private static let place = "answer"
  private static let longest = 1000
}
