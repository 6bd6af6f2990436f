import Engine

/// Cuts the lines of a formula into numbers, names and signs.
struct TokenScanner {
  let characters: [Character]
  private let places: [TextPlace]
  private let path: String
  private var next = 0

  init(_ lines: [(number: Int, text: Substring)], path: String) {
    self.path = path
    var characters: [Character] = []
    var places: [TextPlace] = []
    for (number, text) in lines {
      for (offset, character) in text.enumerated() {
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
    ",": ",",
  ]

  mutating func tokens() throws -> [TermReader.Token] {
    var tokens: [TermReader.Token] = []
    while next < characters.count {
      let first = next
      let character = characters[next]
      if character.isWhitespace {
        next += 1
      } else if character == "#" {
        while next < characters.count, characters[next] != "\n" { next += 1 }
      } else if character.isASCII && character.isNumber || startsWithPoint {
        let number = try number()
        tokens.append(token(first, number))
      } else if Self.isNamePart(character), !character.isNumber {
        name()
        tokens.append(token(first, .name))
      } else if let power = ["²": 2.0, "³": 3.0][character] {
        next += 1
        tokens.append(token(first, .sign("^")))
        tokens.append(token(first, .number(power, halfUnit: 0)))
      } else if let sign = Self.signs[character] {
        next += 1
        tokens.append(token(first, .sign(sign)))
      } else {
        throw Problem.data(
          "\(path):\(places[next])", expected: "a number, a name or a sign such as + * ( =",
          found: "'\(character)'", fix: "write the line as a formula; remarks follow a #")
      }
    }
    let end = TermReader.Token(
      kind: .end, text: "", place: places[next - 1], range: next - 1..<next)
    return tokens + [end]
  }

  private func token(_ first: Int, _ kind: TermReader.Token.Kind) -> TermReader.Token {
    TermReader.Token(
      kind: kind, text: String(characters[first..<next]), place: places[first], range: first..<next)
  }

  private var startsWithPoint: Bool { characters[next] == "." && isDigit(next + 1) }

  private func isDigit(_ place: Int) -> Bool {
    place < characters.count && characters[place].isASCII && characters[place].isNumber
  }

  private static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character == "_" || character == "'" || character == "′"
      || character == "∂" || character.isNumber && character != "²" && character != "³"
  }

  /// A name; `dL/dw` and `∂L/∂w`, written without spaces, are one.
  private mutating func name() {
    let first = next
    while next < characters.count, Self.isNamePart(characters[next]) { next += 1 }
    guard let start = characters[first..<next].first, start == "d" || start == "∂",
      next - first > 1, next + 2 < characters.count, characters[next] == "/",
      characters[next + 1] == start, Self.isNamePart(characters[next + 2])
    else { return }
    next += 2
    while next < characters.count, Self.isNamePart(characters[next]) { next += 1 }
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
