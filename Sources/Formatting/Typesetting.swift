extension String {
  /// A sentence of ours as HTML: `code` as code, true minus signs, raised powers.
  package var typeset: String {
    let parts = split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // A lone mark at the end opens nothing.
    let pairs = parts.count.isMultiple(of: 2) ? parts.count - 1 : parts.count
    var text = ""
    for (place, part) in parts.enumerated() {
      if place >= pairs {
        text += "`" + part.proseHTML
      } else if place.isMultiple(of: 2) {
        text += part.proseHTML
      } else {
        text += "<code>\(part.escaped)</code>"
      }
    }
    return text
  }

  private var proseHTML: String {
    withMinusSigns.replacing(" - ", with: " − ").escaped
      .replacing(/(\d)e(−?\d+)\b/) { "\($0.1)·10<sup>\($0.2)</sup>" }
      .replacing(/(\w)\^([−\w.]*\w)/) { "\($0.1)<sup>\($0.2)</sup>" }
  }

  /// With a true minus sign before each negative number; hyphens of words, dates and flags stay.
  package var withMinusSigns: String {
    guard contains("-") else { return self }
    let characters = Array(self)
    var text = ""
    for (place, character) in characters.enumerated() {
      let isMinus =
        character == "-" && Self.beginsNumber(characters[(place + 1)...])
        && Self.endsBeforeNumber(characters[..<place])
      text.append(isMinus ? "−" : character)
    }
    return text
  }

  private static func beginsNumber(_ text: ArraySlice<Character>) -> Bool {
    guard let first = text.first else { return false }
    return first.isASCIIDigit || (first == "." && text.dropFirst().first?.isASCIIDigit == true)
  }

  /// May a number begin after this? Also the power of ten after `1e`.
  private static func endsBeforeNumber(_ text: ArraySlice<Character>) -> Bool {
    guard let last = text.last else { return true }
    if last == "e" { return text.dropLast().last?.isASCIIDigit == true }
    return " ([{,;:=|^\u{a0}".contains(last)
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
