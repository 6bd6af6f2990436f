/// Prints a result. In this module it stands before Swift's own, so that no text of a file, such as the
/// name of a column, reaches a terminal as anything but text.
func print(_ text: String) { print(text, terminator: "\n") }

/// - Parameter isStyled: whether the text has styles of the program's own, which are kept.
func print(_ text: String, terminator: String, isStyled: Bool = false) {
  Swift.print(text.harmless(keepingStyles: isStyled), terminator: terminator)
}

extension String {
  /// With the characters that steer a terminal, or turn the direction of writing, as `\u001b`: colours,
  /// jumps of the cursor, titles of windows. Line ends and tabs stay. In JSON this spells the same text.
  ///
  /// - Parameter keepingStyles: keeps colour and weight, `ESC [ digits m`, and nothing else.
  func harmless(keepingStyles: Bool = false) -> String {
    let scalars = unicodeScalars
    guard scalars.contains(where: Self.steers) else { return self }
    var text = String.UnicodeScalarView()
    var next = scalars.startIndex
    while next < scalars.endIndex {
      let scalar = scalars[next]
      if keepingStyles, let end = Self.style(scalars[next...]) {
        text.append(contentsOf: scalars[next..<end])
        next = end
        continue
      }
      if Self.steers(scalar) {
        let digits = String(scalar.value, radix: 16)
        text.append(
          contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            .unicodeScalars)
      } else {
        text.append(scalar)
      }
      next = scalars.index(after: next)
    }
    return String(text)
  }

  private static func steers(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0..<0x20, 0x7F...0x9F: true
    case 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// Where a style that begins here ends; nil if none begins here.
  private static func style(_ text: Substring.UnicodeScalarView) -> String.Index? {
    guard text.first == "\u{1B}", text.dropFirst().first == "[" else { return nil }
    let rest = text.dropFirst(2)
    guard let end = rest.firstIndex(where: { !("0"..."9").contains($0) && $0 != ";" }),
      rest[end] == "m"
    else { return nil }
    return text.index(after: end)
  }
}
