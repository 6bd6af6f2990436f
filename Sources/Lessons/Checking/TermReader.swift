import Engine

/// Reads the formulas of a worked example: one line of a `check` block, or several that belong
/// together.
struct TermReader {
  /// A piece of the line.
  struct Token {
    enum Kind: Equatable {
      case number(Double, halfUnit: Double)
      /// As it is meant: in LaTeX it is written in another way.
      case name(String)
      case sign(Character)
      case end
    }
    let kind: Kind
    let text: String
    let place: TextPlace
    /// Where it is in the line's characters.
    let range: Range<Int>

    var isName: Bool { if case .name = kind { true } else { false } }
  }

  private let path: String
  private let characters: [Character]
  private let tokens: [Token]
  private var next = 0
  private var depth = 0
  private var nextLiteral: Int
  private var operations = 0

  private static let deepest = 64
  private static let longest = 256
  private static let mostOperations = 1024

  /// - Parameter lines: with their numbers; they are read as one.
  static func chain(
    _ lines: [(number: Int, text: Substring)], path: String, nextLiteral: inout Int
  ) throws -> [Term] {
    let (characters, tokens) = try TokenScanner.scan(lines, path: path)
    var reader = TermReader(
      path: path, characters: characters, tokens: tokens, nextLiteral: nextLiteral)
    defer { nextLiteral = reader.nextLiteral }
    return try reader.chain()
  }

  private init(path: String, characters: [Character], tokens: [Token], nextLiteral: Int) {
    self.path = path
    self.characters = characters
    self.tokens = tokens
    self.nextLiteral = nextLiteral
  }

  // MARK: Grammar, from loose to tight

  /// `term = term = …`
  private mutating func chain() throws -> [Term] {
    var terms = [try formula()]
    while takes("=") {
      operations = 0
      terms.append(try formula())
    }
    guard token.kind == .end else { throw unexpected("=, an operation or the end of the line") }
    return terms
  }

  /// A sum, or two of them compared.
  private mutating func formula() throws -> Term {
    let first = next
    let left = try sum()
    guard let sign = takesOne(of: "<>≤≥≡≠"), let comparison = Term.Comparison(rawValue: sign) else {
      return left
    }
    let right = try sum()
    return spanning(first, .binary(.compare(comparison), left, right))
  }

  private mutating func sum() throws -> Term {
    let first = next
    var left = try product()
    var count = 1
    while let sign = takesOne(of: "+-") {
      try take(&count, "terms")
      let right = try product()
      left = spanning(first, .binary(sign == "+" ? .add : .subtract, left, right))
    }
    return left
  }

  private mutating func product() throws -> Term {
    let first = next
    var left = try signed()
    var count = 1
    while let sign = takesOne(of: "*/@·") {
      try take(&count, "factors")
      let operation: Term.Operation = sign == "*" ? .multiply : sign == "/" ? .divide : .product
      let right = try signed()
      left = spanning(first, .binary(operation, left, right))
    }
    return left
  }

  /// Counts what would otherwise make formulas of any depth.
  private mutating func take(_ count: inout Int, _ what: String) throws {
    count += 1
    operations += 1
    guard count <= Self.longest else {
      throw problem(
        token.place, expected: "at most \(Self.longest) \(what)", found: "more",
        fix: "give a part of it a name on a line of its own")
    }
    guard operations <= Self.mostOperations else {
      throw problem(
        token.place, expected: "at most \(Self.mostOperations) operations in one formula",
        found: "more", fix: "give a part of it a name on a line of its own")
    }
  }

  private mutating func signed() throws -> Term {
    let first = next
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw problem(token.place, expected: "at most \(Self.deepest) nested parts", found: "more")
    }
    guard takes("-") else { return try power() }
    let term = try signed()
    if case .number(let literal) = term.kind, term.text.first != "(" {
      let negative = Literal(
        id: literal.id, value: -literal.value, halfUnit: literal.halfUnit)
      return spanning(first, .number(negative))
    }
    return spanning(first, .negative(term))
  }

  private mutating func power() throws -> Term {
    let first = next
    let base = try indexed()
    guard takes("^") else { return base }
    if token.text == "\\top" {
      next += 1
      return spanning(first, .call("transpose", [base]))
    }
    let exponent = try signed()
    if case .name("e") = base.kind { return spanning(first, .call("exp", [exponent])) }
    return spanning(first, .binary(.power, base, exponent))
  }

  private mutating func indexed() throws -> Term {
    let first = next
    let term = try simple()
    guard case .name = term.kind, token.text == "[",
      token.range.lowerBound == tokens[next - 1].range.upperBound
    else { return term }
    next += 1
    var positions: [Term.Position] = []
    repeat { positions.append(try position()) } while takes(",")
    try expect("]")
    return spanning(first, .element(term, positions))
  }

  /// `2`, `2:4`, `2:`, `:4` or `:`.
  private mutating func position() throws -> Term.Position {
    let first = token.text == ":" ? nil : try index()
    guard takes(":") else { return .index(first ?? 1) }
    return .slice(first, token.text == "," || token.text == "]" ? nil : try index())
  }

  private mutating func index() throws -> Int {
    guard case .number(let value, _) = token.kind, let index = Int(exactly: value) else {
      throw unexpected("the number of an element, counted from 1")
    }
    next += 1
    return index
  }

  private mutating func simple() throws -> Term {
    let first = next
    switch token.kind {
    case .number(let value, let halfUnit):
      next += 1
      nextLiteral += 1
      return spanning(
        first, .number(Literal(id: nextLiteral - 1, value: value, halfUnit: halfUnit)))
    case .name: return try nameOrCall()
    case .sign("("), .sign("{"):
      let inner = try group()
      return spanning(first, inner.kind)
    case .sign("["):
      next += 1
      var terms: [Term] = []
      if token.text != "]" {
        repeat { terms.append(try formula()) } while takes(",")
      }
      try expect("]")
      guard !terms.isEmpty else { throw unexpected("a list of at least one number") }
      return spanning(first, .list(terms))
    default: throw unexpected("a number, a name, ( or [")
    }
  }

  /// A formula in parentheses, or in the braces of LaTeX.
  private mutating func group() throws -> Term {
    let close: Character = token.text == "{" ? "}" : ")"
    guard takesOne(of: "({") != nil else { throw unexpected("( or {") }
    let inner = try formula()
    try expect(close)
    return inner
  }

  private mutating func nameOrCall() throws -> Term {
    let first = next
    guard case .name(let name) = token.kind else { throw unexpected("a name") }
    next += 1
    if name == "\\frac" { return try fraction(from: first) }
    guard let open = takesOne(of: "({") else { return spanning(first, .name(name)) }
    var arguments = [try formula()]
    while takes(",") { arguments.append(try formula()) }
    try expect(open == "{" ? "}" : ")")
    guard name == "grad" else { return spanning(first, .call(name, arguments)) }
    guard arguments.count == 2, case .name(let by) = arguments[1].kind else {
      throw problem(
        tokens[first].place, expected: "grad(what, name), as in grad(L, w)",
        found: spanning(first, .name(name)).text)
    }
    return spanning(first, .gradient(arguments[0], by: by))
  }

  /// A quotient; `\frac{∂L}{∂w}` is a name as `∂L/∂w` is.
  private mutating func fraction(from first: Int) throws -> Term {
    let (above, below) = (try group(), try group())
    if case .name(let a) = above.kind, case .name(let b) = below.kind, a.count > 1, b.count > 1,
      let sign = a.first, sign == "d" || sign == "∂", b.first == sign
    {
      return spanning(first, .name("\(a)/\(b)"))
    }
    return spanning(first, .binary(.divide, above, below))
  }

  // MARK: Tokens

  private var token: Token { tokens[next] }

  private mutating func takes(_ sign: Character) -> Bool { takesOne(of: String(sign)) != nil }

  private mutating func takesOne(of signs: String) -> Character? {
    guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
    next += 1
    return sign
  }

  private mutating func expect(_ sign: Character) throws {
    if !takes(sign) { throw unexpected("\(sign)") }
  }

  private func unexpected(_ expected: String) -> Problem {
    var fix = ""
    if case .end = token.kind {
      fix = "finish the line"
    } else if token.isName || token.text == "(" || next > 0 && tokens[next - 1].isName {
      fix = "write every multiplication: 2 * x, not 2x"
    }
    return problem(
      token.place, expected: expected,
      found: token.kind == .end ? "the end of the line" : "'\(token.text)'", fix: fix)
  }

  private func problem(
    _ place: TextPlace, expected: String, found: String, fix: String = ""
  ) -> Problem {
    Problem.data("\(path):\(place)", expected: expected, found: found, fix: fix)
  }

  /// A term that reaches from a token to the last one taken.
  private func spanning(_ first: Int, _ kind: Term.Kind) -> Term {
    Term(kind: kind, place: tokens[first].place, text: text(from: first))
  }

  /// What is written from a token on, without remarks and line ends.
  private func text(from first: Int) -> String {
    var text = ""
    var end = tokens[first].range.lowerBound
    for token in tokens[first..<next] where token.range.upperBound > end {
      if token.range.lowerBound > end { text += " " }
      text += String(characters[max(end, token.range.lowerBound)..<token.range.upperBound])
      end = token.range.upperBound
    }
    return text
  }
}
