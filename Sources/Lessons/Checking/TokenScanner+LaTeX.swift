import Engine

/// Formulas as LaTeX writes them: each command becomes the sign or name that the plain notation has.
extension TokenScanner {
  private static let signs: [String: Character] = [
    "cdot": "·", "times": "*", "odot": "*", "ast": "*", "div": "/", "approx": "=", "simeq": "=",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "lt": "<", "gt": ">",
    "lbrack": "[", "rbrack": "]",
  ]

  private static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "partial": "∂",
    "prime": "′",
  ]

  /// Marks over a letter.
  private static let accents = [
    "hat": "\u{302}", "widehat": "\u{302}", "bar": "\u{304}", "overline": "\u{304}",
    "tilde": "\u{303}", "dot": "\u{307}",
  ]

  /// Say how a name is set, not what it is.
  private static let styles: Set<String> = [
    "text", "mathrm", "mathbf", "mathit", "mathsf", "boldsymbol", "bm", "vec", "operatorname",
    "textbf", "textit",
  ]

  private static let ignored: Set<String> = [
    "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "quad", "qquad", "displaystyle",
    "limits", "nonumber", ",", ";", "!", ":", " ", "\n",
  ]

  /// The word behind a backslash, or the one sign there.
  private func word(at place: Int) -> (text: String, end: Int) {
    var end = place + 1
    while end < characters.count, characters[end].isASCII, characters[end].isLetter { end += 1 }
    if end == place + 1, end < characters.count { end += 1 }
    return (String(characters[place + 1..<end]), end)
  }

  /// A command, or the & between the numbers of a matrix.
  mutating func command() throws {
    let first = next
    if characters[next] == "&" {
      next += 1
      if matrices > 0 { add(.sign(","), from: first) }
      return
    }
    let (word, end) = word(at: next)
    if Self.startsName(word) {
      let name = try nameParts()
      return add(.name(name), from: first)
    }
    next = end
    if let sign = Self.signs[word] {
      add(.sign(sign), from: first)
    } else if word == "\\" {
      guard matrices > 0 else { return }
      add(.sign("]"), from: first)
      add(.sign(","), from: first)
      add(.sign("["), from: first)
    } else if word == "begin" || word == "end" {
      try environment(word == "begin", from: first)
    } else if ["frac", "dfrac", "tfrac"].contains(word) {
      add(.name("\\frac"), from: first)
    } else if word.first?.isLetter == true, !Self.ignored.contains(word) {
      add(.name(word), from: first)
    } else if !Self.ignored.contains(word) {
      throw Problem.data(
        "\(path):\(places[first])", expected: "a command of LaTeX that stands in formulas",
        found: "'\\\(word)'", fix: "write the line in plain notation")
    }
  }

  private static func startsName(_ word: String) -> Bool {
    letters[word] != nil || accents[word] != nil || styles.contains(word)
  }

  /// A matrix is a list of rows; other environments only say where lines begin.
  private mutating func environment(_ isBegin: Bool, from first: Int) throws {
    let name = try braced()
    guard name.hasSuffix("matrix") else { return }
    matrices += isBegin ? 1 : -1
    for _ in 0..<2 { add(.sign(isBegin ? "[" : "]"), from: first) }
  }

  /// The text within the braces that follow.
  private mutating func braced() throws -> String {
    while next < characters.count, characters[next] == " " { next += 1 }
    let first = next
    guard next < characters.count, characters[next] == "{",
      let end = characters[next...].firstIndex(of: "}")
    else {
      throw Problem.data(
        "\(path):\(places[min(first, places.count - 1)])", expected: "a word in braces { }",
        found: "something else")
    }
    next = end + 1
    return String(characters[first + 1..<end])
  }

  // MARK: Names

  /// A run of letters, digits and signs of names; in LaTeX also `\alpha`, `\hat{y}`, `w_{new}`.
  mutating func nameParts() throws -> String {
    var text = ""
    while next < characters.count {
      let character = characters[next]
      if Self.isNamePart(character) {
        next += 1
        text.append(character)
      } else if character == "{", text.last == "_" {
        text += try subscripted()
      } else if character == "\\", let part = try namedPart(after: text) {
        text += part
      } else {
        break
      }
    }
    return text
  }

  /// A command that belongs to a name: its first, a letter behind d or ∂, a mark or `\_`.
  private mutating func namedPart(after text: String) throws -> String? {
    let (word, end) = word(at: next)
    if word == "_" {
      next = end
      return "_"
    }
    guard Self.startsName(word),
      ["", "d", "∂"].contains(text) || text.last == "_" || word == "prime"
    else { return nil }
    next = end
    if let letter = Self.letters[word] {
      if word == "partial" { skipSpaces() }
      return letter
    }
    if Self.styles.contains(word) {
      skipSpaces()
      return try nextLetterOrBraced()
    }
    skipSpaces()
    return try nextLetterOrBraced() + (Self.accents[word] ?? "")
  }

  private mutating func skipSpaces() {
    while next < characters.count, characters[next] == " " { next += 1 }
  }

  private mutating func nextLetterOrBraced() throws -> String {
    guard next < characters.count else { return "" }
    if characters[next] == "{" { return Self.nameOnly(try braced()) }
    guard Self.isNamePart(characters[next]) else { return "" }
    next += 1
    return String(characters[next - 1])
  }

  private mutating func subscripted() throws -> String {
    var text = try braced()
    // `w_{\text{new}}`: the inner braces end first.
    if text.contains("{"), next < characters.count, characters[next] == "}" { next += 1 }
    for style in Self.styles { text = text.split(separator: "\\" + style).joined() }
    return Self.nameOnly(text)
  }

  /// What of a text can stand in a name; a comma parts as `_` does.
  private static func nameOnly(_ text: String) -> String {
    String(text.map { $0 == "," ? "_" : $0 }.filter(isNamePart))
  }
}
