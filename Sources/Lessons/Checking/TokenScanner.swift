import Engine

/// Cuts the lines of a formula into numbers, names and signs.
struct TokenScanner {
  let characters: [Character]
  let places: [TextPlace]
  let path: String
  var next = 0
  private(set) var tokens: [TermReader.Token] = []
  /// How many matrices of LaTeX are open.
  var matrices = 0

  private init(_ lines: [(number: Int, text: Substring)], path: String) {
    self.path = path
    var characters: [Character] = []
    var places: [TextPlace] = []
    for (number, text) in lines {
      for (offset, character) in Self.withoutDollars(text).enumerated() {
        characters.append(character)
        places.append(TextPlace(line: number, column: offset + 1))
      }
      characters.append("\n")
      places.append(TextPlace(line: number, column: text.count + 1))
    }
    self.characters = characters
    self.places = places
  }

  /// Other ways to write a sign.
  private static let signs: [Character: Character] = [
    "×": "*", "−": "-", "–": "-", "÷": "/", "≈": "=", "⋅": "·", "*": "*", "-": "-", "/": "/",
    "=": "=", "·": "·", "+": "+", "^": "^", "@": "@", "(": "(", ")": ")", "[": "[", "]": "]",
    ",": ",", ":": ":", "<": "<", ">": ">", "≤": "≤", "≥": "≥", "≠": "≠", "{": "{", "}": "}",
  ]

  /// Signs of two characters.
  private static let pairs: [String: Character] = ["<=": "≤", ">=": "≥", "==": "≡", "!=": "≠"]

  /// Goes through all lines.
  static func scan(
    _ lines: [(number: Int, text: Substring)], path: String
  ) throws -> (characters: [Character], tokens: [TermReader.Token]) {
    var scanner = TokenScanner(lines, path: path)
    while scanner.next < scanner.characters.count { try scanner.takeOne() }
    let last = scanner.next
    scanner.tokens.append(
      TermReader.Token(
        kind: .end, text: "", place: scanner.places[last - 1], range: last - 1..<last))
    return (scanner.characters, scanner.tokens)
  }

  private mutating func takeOne() throws {
    let first = next
    let character = characters[next]
    if character.isWhitespace {
      next += 1
    } else if character == "#" {
      while next < characters.count, characters[next] != "\n" { next += 1 }
    } else if character.isASCII && character.isNumber || startsWithPoint {
      let number = try number()
      add(number, from: first)
    } else if Self.isNamePart(character), !character.isNumber {
      try name()
    } else if character == "\\" || character == "&" {
      try command()
    } else if let power = ["²": 2.0, "³": 3.0][character] {
      next += 1
      add(.sign("^"), from: first)
      add(.number(power, halfUnit: 0), from: first)
    } else if let sign = Self.pairs[String(characters[next..<min(next + 2, characters.count)])] {
      next += 2
      add(.sign(sign), from: first)
    } else if let sign = Self.signs[character] {
      next += 1
      add(.sign(sign), from: first)
    } else {
      throw Problem.data(
        "\(path):\(places[next])", expected: "a number, a name or a sign such as + * ( =",
        found: "'\(character)'", fix: "write the line as a formula; remarks follow a #")
    }
  }

  /// The line with blanks for the dollar signs that LaTeX stands between.
  private static func withoutDollars(_ line: Substring) -> [Character] {
    var characters = Array(line)
    func isBlank(_ character: Character) -> Bool { character == "$" || character == " " }
    let start = characters.prefix(while: isBlank).count
    let end = characters.count - characters.reversed().prefix(while: isBlank).count
    for place in characters.indices where place < start || place >= end { characters[place] = " " }
    return characters
  }

  mutating func add(_ kind: TermReader.Token.Kind, from first: Int) {
    tokens.append(
      TermReader.Token(
        kind: kind, text: String(characters[first..<next]), place: places[first],
        range: first..<next))
  }

  private var startsWithPoint: Bool { characters[next] == "." && isDigit(next + 1) }

  private func isDigit(_ place: Int) -> Bool {
    place < characters.count && characters[place].isASCII && characters[place].isNumber
  }

  static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character == "_" || character == "'" || character == "′"
      || character == "∂" || character.isNumber && character != "²" && character != "³"
  }

  /// A name; `dL/dw` and `∂L/∂w`, written without spaces, are one.
  private mutating func name() throws {
    let first = next
    var text = try nameParts()
    if let start = text.first, start == "d" || start == "∂", text.count > 1,
      next + 2 < characters.count, characters[next] == "/", characters[next + 1] == start,
      Self.isNamePart(characters[next + 2])
    {
      next += 1
      text += "/" + (try nameParts())
    }
    add(.name(text), from: first)
  }

  /// The text with other names in it.
  static func renaming(_ others: [String: String], in text: String) -> String {
    guard let (characters, tokens) = try? scan([(1, text[...])], path: "") else { return text }
    var result = ""
    var end = 0
    // A sign such as ² is two tokens.
    for token in tokens where token.range.upperBound > end {
      result += String(characters[end..<max(end, token.range.lowerBound)])
      if case .name(let name) = token.kind, let other = others[name] {
        result += other
      } else {
        result += token.text
      }
      end = token.range.upperBound
    }
    return result.trimmingPrefix { $0 == " " }.split(separator: "\n").joined(separator: " ")
  }

  private mutating func number() throws -> TermReader.Token.Kind {
    let first = next
    var decimals = 0
    while isDigit(next) { next += 1 }
    if next < characters.count, characters[next] == "." {
      next += 1
      while isDigit(next) {
        next += 1
        decimals += 1
      }
    }
    var exponent = 0
    if next < characters.count, characters[next] == "e" || characters[next] == "E",
      let (value, end) = exponentPart()
    {
      (exponent, next) = (value, end)
    }
    guard let value = Double(String(characters[first..<next])), value.isFinite else {
      throw Problem.data(
        "\(path):\(places[first])", expected: "a number of usual size",
        found: String(characters[first..<next].prefix(40)))
    }
    if next + 1 < characters.count, characters[next] == "\\", characters[next + 1] == "%" {
      next += 1
    }
    let isPercent = next < characters.count && characters[next] == "%"
    if isPercent { next += 1 }
    let unit = Double("1e\(exponent - decimals - (isPercent ? 2 : 0))") ?? 0
    return .number(isPercent ? value / 100 : value, halfUnit: unit / 2)
  }

  private func exponentPart() -> (Int, Int)? {
    var end = next + 1
    if end < characters.count, characters[end] == "-" || characters[end] == "+" { end += 1 }
    let digits = end
    while isDigit(end) { end += 1 }
    guard end > digits, let value = Int(String(characters[next + 1..<end])),
      value.magnitude < 10_000
    else { return nil }
    return (value, end)
  }
}
