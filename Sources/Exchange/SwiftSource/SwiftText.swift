import Engine

/// Names for the values of a program, each used once.
struct SwiftNames {
  private var taken: Set<String>

  init(taken: [String] = []) { self.taken = Set(taken).union(Self.keywords) }

  /// A name that nobody has yet, as near to this one as can be.
  mutating func unique(_ name: String) -> String {
    var found = name
    var number = 2
    let separator = name.last?.isNumber == true ? "_" : ""
    while !taken.insert(found).inserted {
      found = "\(name)\(separator)\(number)"
      number += 1
    }
    return found
  }

  /// `block/dense_1`, `Bill length (mm)` as words of a program: `blockDense1`, `billLengthMm`.
  static func words(_ text: String) -> String {
    var words: [String] = []
    var word = ""
    for character in text {
      if character.isASCII, character.isLetter || character.isNumber {
        word.append(character)
      } else {
        words.append(word)
        word = ""
      }
    }
    words = (words + [word]).filter { !$0.isEmpty }
    let joined = words.enumerated().map { place, word in
      (place == 0 ? word.prefix(1).lowercased() : word.prefix(1).uppercased()) + word.dropFirst()
    }.joined()
    return joined.first?.isLetter == true ? joined : "x\(joined)"
  }

  /// The name of a type: `my-model` is `MyModel`.
  /// - Throws: `Problem` for a text of which no name is left.
  static func type(_ text: String) throws -> String {
    let words = words(text)
    let name = words.prefix(1).uppercased() + words.dropFirst()
    guard text.contains(where: { $0.isASCII && $0.isLetter }), name.count <= 100,
      ![
        "Self", "Any", "Swift", "Foundation", "Axis", "Image", "Numbers", "Memory", "Float",
        "Double", "Int", "String",
      ]
      .contains(name)
    else {
      throw Problem.data(
        "name", expected: "letters of which the name of a type is made, no type of Swift's own",
        found: "`\(text)`")
    }
    return name
  }

  /// A name that may be a word of Swift's own, which then stands in marks.
  mutating func label(_ name: String) -> String {
    guard Self.keywords.contains(name), !Self.unquotable.contains(name) else { return unique(name) }
    let quoted = "`\(name)`"
    return taken.insert(quoted).inserted ? quoted : unique(name)
  }

  /// Words that mean something in Swift.
  private static let keywords: Set<String> = [
    "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import",
    "init", "inout", "internal", "let", "open", "operator", "private", "precedencegroup",
    "protocol", "public", "rethrows", "static", "struct", "subscript", "typealias", "var", "break",
    "case", "catch", "continue", "default", "defer", "do", "else", "fallthrough", "for", "guard",
    "if", "in", "repeat", "return", "throw", "switch", "where", "while", "any", "as", "await",
    "false", "is", "nil", "self", "super", "throws", "true", "try", "Self", "Any",
  ]
  private static let unquotable: Set<String> = ["inout", "let", "var", "self", "Self", "Any"]

  /// The words of loops and formulas.
  static let loops = ["i", "c", "n", "step", "unit", "f", "g", "h", "o", "r", "update"]
}

extension Float {
  /// As a literal of Swift: the shortest that gives the same bits.
  var swift: String {
    if isNaN { return "Float.nan" }
    if isInfinite { return self > 0 ? "Float.infinity" : "-Float.infinity" }
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Double {
  /// As a literal of Swift: the shortest that gives the same bits.
  var swift: String {
    if isNaN { return "Double.nan" }
    if isInfinite { return self > 0 ? "Double.infinity" : "-Double.infinity" }
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension String {
  /// As a literal of Swift, whatever is in it.
  var swift: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case _
      where scalar.value < 32 || scalar.value == 127 || (0x80..<0xA0).contains(scalar.value)
        || [0x2028, 0x2029].contains(scalar.value):
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }

  /// As a comment has it.
  var oneLine: String { String(map { $0.isNewline ? " " : $0 }) }
}
