/// How a cell of text becomes the steps of a sequence.
package struct TextSplitting: Codable, Sendable, Hashable {
  /// What a step is.
  package enum Unit: String, Codable, Sendable {
    case words, characters
    /// Two characters that stand side by side; a character alone where it has no neighbour.
    case pairs

    /// What users say for it.
    var content: SequenceOptions.Content {
      switch self {
      case .words: .words
      case .characters: .characters
      case .pairs: .pairs
      }
    }
  }

  /// What a step is.
  package let unit: Unit
  /// Whether case and punctuation count.
  package let isExact: Bool
  /// Whether the unit was found out, so that a reader should know of it.
  package var isFound = false

  /// The steps of a text, in order.
  func steps(of text: String) -> [String] {
    switch (unit, isExact) {
    case (.words, false): Self.plainRuns(text).map { $0.joined() }
    case (.words, true): SequenceReader.words(text).map(String.init)
    case (.characters, false): Self.plainRuns(text).joined().flatMap(Self.characters)
    case (.characters, true): text.filter { !$0.isWhitespace }.map(String.init)
    case (.pairs, false):
      Self.plainRuns(text).flatMap { Self.pairs($0.flatMap(Self.characters)) }
    case (.pairs, true): SequenceReader.words(text).flatMap { Self.pairs($0.map(String.init)) }
    }
  }

  private static func characters(_ text: String) -> [String] { text.map(String.init) }

  private static func pairs(_ characters: [String]) -> [String] {
    characters.count < 2 ? characters : zip(characters, characters.dropFirst()).map { $0 + $1 }
  }

  /// The runs of letters, marks and digits of a text without their case. An apostrophe between letters
  /// belongs to the word, a point between digits to the number; a symbol such as ☺ is a run of its own.
  private static func plainRuns(_ text: String) -> [[String]] {
    let scalars = Array(text.unicodeScalars)
    var runs: [[String]] = []
    var run: [String] = []
    func end() {
      if !run.isEmpty { runs.append(run) }
      run = []
    }
    for (place, scalar) in scalars.enumerated() {
      let next = place + 1 < scalars.count ? scalars[place + 1] : nil
      switch Role(scalar) {
      case .letter: run.append(folded(scalar))
      case .digit: run.append(String(scalar))
      case .mark: if !run.isEmpty { run.append(String(scalar)) }
      case .invisible: continue
      case .symbol:
        end()
        runs.append([String(scalar)])
      case .apostrophe:
        if !run.isEmpty, next.map({ Role($0) == .letter }) ?? false {
          run.append("'")
        } else {
          end()
        }
      case .point:
        let isInside = run.last.map { Role($0.unicodeScalars.first!) == .digit } ?? false
        if isInside, next.map({ Role($0) == .digit }) ?? false { run.append(".") } else { end() }
      case .other: end()
      }
    }
    end()
    return runs
  }

  /// What a scalar does in a word.
  private enum Role {
    case letter, digit, mark, symbol, apostrophe, point, other
    /// Soft hyphens and joiners, which are there for the eye.
    case invisible

    init(_ scalar: Unicode.Scalar) {
      switch scalar {
      case "a"..."z", "A"..."Z", "_": self = .letter
      case "0"..."9": self = .digit
      case "'", "\u{2019}", "\u{02BC}": self = .apostrophe
      case ".": self = .point
      case "\u{00AD}", "\u{200B}"..."\u{200D}", "\u{2060}": self = .invisible
      default: self = scalar.value < 0x80 ? .other : Self.beyondASCII(scalar)
      }
    }

    private static func beyondASCII(_ scalar: Unicode.Scalar) -> Role {
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        .letter
      case .nonspacingMark, .spacingMark, .enclosingMark: .mark
      case .decimalNumber, .letterNumber, .otherNumber: .digit
      // © and ® count as emoji too.
      case .otherSymbol, .modifierSymbol:
        scalar.properties.isEmoji && scalar.value > 0xFF ? .symbol : .other
      default: .other
      }
    }
  }

  /// Without case, as Unicode folds it: ß as ss, ς as σ. That table is not in the standard library, but
  /// what it makes one becomes one by way of small letters and their capitals.
  private static func folded(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "a"..."z", "_": String(scalar)
    case "A"..."Z": String(Unicode.Scalar(UInt8(scalar.value) | 0x20))
    default:
      // Cherokee folds to its capitals; the small letters do as well.
      scalar.properties.changesWhenCaseFolded || scalar.properties.changesWhenLowercased
        ? small(capital(small(String(scalar)))) : String(scalar)
    }
  }

  // Letter by letter: whether a sigma ends its word must not matter.
  private static func small(_ text: String) -> String {
    text.unicodeScalars.map(\.properties.lowercaseMapping).joined()
  }

  private static func capital(_ text: String) -> String {
    text.unicodeScalars.map(\.properties.uppercaseMapping).joined()
  }
}

extension TextSplitting {
  /// What texts are taken for where nobody says it: characters, if most of their letters are of scripts
  /// that put no blanks between words and hardly any blank is there, else words.
  static func unit(of texts: [(text: String, count: Int)]) -> Unit {
    var (letters, unseparated, blanks) = (0, 0, 0)
    for (text, count) in texts {
      var found = (letters: 0, unseparated: 0)
      for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
        found.letters += 1
        if isUnseparated(scalar) { found.unseparated += 1 }
      }
      letters += found.letters * count
      unseparated += found.unseparated * count
      blanks += max(0, SequenceReader.words(text).count - 1) * count
    }
    return unseparated * 2 > letters && blanks * fewestLetters < unseparated ? .characters : .words
  }

  /// Letters to a blank below which words are taken to be set apart; hardly any word of these scripts is
  /// longer.
  private static let fewestLetters = 6

  /// Han, Hiragana, Katakana, Thai, Lao, Tibetan, Burmese and Khmer.
  private static func isUnseparated(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E00...0x0FFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x31F0...0x31FF,
      0xFF66...0xFF9D:
      true
    default: scalar.properties.isIdeographic
    }
  }
}
