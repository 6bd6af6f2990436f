import Engine

/// A worked example in Markdown: text for people, and blocks fenced as `check` whose formulas are
/// recomputed. `Docs/worked-examples.md` describes the notation.
public struct WorkedExample: Sendable {
  /// One formula with its equals signs: `z = 0.5 * 0.8 + 0.1 = 0.5`.
  struct Chain: Sendable {
    var terms: [Term]
    /// Which example of the file it belongs to; names do not reach from one to another.
    var section: Int
  }

  /// What problems name as the file.
  public let path: String
  let chains: [Chain]
  /// The heading above each section; nil before the first.
  let headings: [String?]

  /// The largest file that is read, in bytes.
  public static let largest = 1 << 20

  /// - Throws: `Problem` (all of them together) with file, line and column for what
  ///   cannot be read as a formula, and for a file without any `check` block.
  public init(markdown: String, path: String = "example") throws {
    self.path = path
    guard markdown.utf8.count <= Self.largest else {
      throw Problem.data(
        path, expected: "at most \(Self.largest) bytes", found: "\(markdown.utf8.count)")
    }
    var blocks = MarkdownBlocks()
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      blocks.take(line.last == "\r" ? line.dropLast() : line, number: index + 1)
    }
    try blocks.finish(path)
    headings = blocks.headings
    var problems: [Problem] = []
    var chains: [Chain] = []
    var nextLiteral = 0
    for formula in blocks.formulas {
      do {
        let terms = try TermReader.chain(formula.lines, path: path, nextLiteral: &nextLiteral)
        chains.append(Chain(terms: terms, section: formula.section))
      } catch let problem as Problem where problem.kind == .data {
        problems.append(problem)
      }
    }
    try Problem.throwIfAny(problems)
    self.chains = chains
  }
}

/// Finds headings and `check` blocks, line by line.
struct MarkdownBlocks {
  private(set) var formulas: [(lines: [(number: Int, text: Substring)], section: Int)] = []
  private(set) var headings: [String?] = [nil]
  /// The fence that is open: how many backticks, is it ours, and its line.
  private var fence: (ticks: Int, isCheck: Bool, line: Int)?
  private var brackets = 0
  private var isUnfinished = false
  private var hasBlock = false

  mutating func take(_ line: Substring, number: Int) {
    let trimmed = line.drop { $0 == " " || $0 == "\t" }
    let ticks = trimmed.prefix { $0 == "`" }.count
    let rest = trimmed.dropFirst(ticks).split { $0 == " " || $0 == "\t" }
    if let fence {
      if ticks >= fence.ticks, rest.isEmpty {
        self.fence = nil
      } else if fence.isCheck {
        formula(line, number)
      }
    } else if ticks >= 3 {
      fence = (ticks, rest.first == "check", number)
      hasBlock = hasBlock || rest.first == "check"
      (brackets, isUnfinished) = (0, false)
    } else if trimmed.hasPrefix("# ") || trimmed.hasPrefix("## ") {
      headings.append(String(trimmed.drop { $0 == "#" || $0 == " " }))
    }
  }

  /// A line that begins with = goes on with the formula above; so does one within open brackets, or
  /// an open matrix of LaTeX, or behind a line that ends with a sign.
  private mutating func formula(_ line: Substring, _ number: Int) {
    let text = line.prefix { $0 != "#" }
    guard let first = text.first(where: { !Self.opens($0) }) else { return }
    let start = text.drop(while: Self.opens)
    let goesOn =
      brackets > 0 || isUnfinished || first == "=" || first == "≈" || start.hasPrefix("\\approx")
    if goesOn, !formulas.isEmpty {
      formulas[formulas.count - 1].lines.append((number, line))
    } else {
      formulas.append(([(number, line)], headings.count - 1))
      brackets = 0
    }
    brackets += text.reduce(0) {
      $0 + ("([{".contains($1) ? 1 : ")]}".contains($1) ? -1 : 0)
    }
    brackets += text.split(separator: "\\begin{", omittingEmptySubsequences: false).count
    brackets -= text.split(separator: "\\end{", omittingEmptySubsequences: false).count
    let last = text.last { !$0.isWhitespace && $0 != "$" }
    isUnfinished = last.map { "+-−–*×/÷@·⋅=≈".contains($0) } ?? false
  }

  /// What may stand before a formula, in LaTeX.
  private static func opens(_ character: Character) -> Bool {
    character.isWhitespace || character == "&" || character == "$"
  }

  func finish(_ path: String) throws {
    if let fence, fence.isCheck {
      throw Problem.data(
        "\(path):\(fence.line):1", expected: "a line ``` that ends the block",
        found: "the end of the file")
    }
    guard hasBlock else {
      throw Problem.data(
        path, expected: "a block that begins with ```check", found: "none",
        fix: "put the formulas between a line ```check and a line ```")
    }
  }
}
