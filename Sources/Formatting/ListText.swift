/// Lists as people write them in one text: parts with commas between. A part that holds a comma or an equals
/// sign stands in quotation marks, which are doubled inside, or has a backslash before each of them.
package enum ListText {
  /// The parts, without spaces around them and without their quoting.
  package static func parts(of text: String) -> [String] {
    split(signs(of: text), at: ",").map(plain)
  }

  /// The parts, each a name and what stands behind its first `=`, nil where there is none.
  package static func members(of text: String) -> [(name: String, value: String?)] {
    split(signs(of: text), at: ",").map { part in
      let halves = split(part, at: "=", most: 2)
      return (plain(halves[0]), halves.count == 2 ? plain(halves[1]) : nil)
    }
  }

  /// Whether a part has a name and a value.
  package static func hasMembers(_ text: String) -> Bool {
    signs(of: text).contains { $0.character == "=" && !$0.isProtected }
  }

  /// The parts as one text, which ``parts(of:)`` takes apart again.
  package static func text(_ parts: [String]) -> String {
    parts.map { part in
      let isPlain =
        !part.isEmpty && !part.contains { ",=\"\\".contains($0) } && part.first != " "
        && part.last != " "
      return isPlain ? part : "\"" + part.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",")
  }

  /// A character, and whether its quoting says that it is no sign of the list.
  private struct Sign {
    var character: Character
    var isProtected = false
  }

  private static func signs(of text: String) -> [Sign] {
    var signs: [Sign] = []
    var rest = text[...]
    // A mark in the middle, such as that of 5", quotes nothing.
    var isStart = true
    while let character = rest.popFirst() {
      if character == "\"", isStart, let quoted = quoted(&rest) {
        signs += quoted.map { Sign(character: $0, isProtected: true) }
      } else if character == "\\", let next = rest.first, ",=\"\\".contains(next) {
        signs.append(Sign(character: rest.removeFirst(), isProtected: true))
      } else {
        signs.append(Sign(character: character))
      }
      isStart = character == "," || character == "=" || isStart && character == " "
    }
    return signs
  }

  /// What stands before the closing mark, behind which the rest goes on; nil if there is none.
  private static func quoted(_ rest: inout Substring) -> [Character]? {
    var quoted: [Character] = []
    var after = rest
    while let character = after.popFirst() {
      guard character == "\"" else {
        quoted.append(character)
        continue
      }
      guard after.first == "\"" else {
        rest = after
        return quoted
      }
      quoted.append(after.removeFirst())
    }
    return nil
  }

  private static func split(_ signs: [Sign], at sign: Character, most: Int = .max) -> [[Sign]] {
    signs.split(maxSplits: most - 1, omittingEmptySubsequences: false) {
      $0.character == sign && !$0.isProtected
    }.map(Array.init)
  }

  private static func plain(_ signs: [Sign]) -> String {
    func isSpace(_ sign: Sign) -> Bool { sign.character == " " && !sign.isProtected }
    let signs = signs.drop(while: isSpace)
    let end = signs.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? signs.startIndex
    return String(signs[..<end].map(\.character))
  }
}
