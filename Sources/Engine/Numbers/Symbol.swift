/// A symbol of a formula, `∂L/∂w⁽²⁾₃,₁`: letters, a layer in brackets above, places below. The text
/// form is the symbol's name everywhere; pages take it apart again.
package struct Symbol: Hashable, Sendable {
  /// Letters, with primes: `w`, `z′`; `m′(w` for what is kept about another symbol.
  package var base: String
  /// The number of the layer; nil where no other layer could be meant.
  package var layer: Int?
  /// Places along each axis, counted from 1.
  package var places: [Int]

  /// A symbol from its parts.
  package init(_ base: String, layer: Int? = nil, places: [Int] = []) {
    self.base = base
    self.layer = layer
    self.places = places
  }

  private static let below = Array("₀₁₂₃₄₅₆₇₈₉")
  private static let above = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")

  /// `w⁽²⁾₃,₁`; a bracket that the base opens is closed: `m(w₁)`.
  package var text: String {
    let layerText = layer.map { "⁽" + Self.digits($0, Self.above) + "⁾" } ?? ""
    let below = places.map { Self.digits($0, Self.below) }.joined(separator: ",")
    return base + layerText + below + (base.contains("(") ? ")" : "")
  }

  private static func digits(_ number: Int, _ alphabet: [Character]) -> String {
    String(String(number).utf8.map { alphabet[Int($0) - 48] })
  }

  /// Takes a text apart again; a text without such marks is all base.
  package init(parsing text: String) {
    var base = ""
    var layer: Int?
    var places: [Int] = []
    var isBelow = false
    for character in text {
      if let digit = Self.above.firstIndex(of: character) {
        layer = (layer ?? 0) * 10 + digit
      } else if let digit = Self.below.firstIndex(of: character) {
        if !isBelow { places.append(0) }
        isBelow = true
        places[places.count - 1] = places[places.count - 1] * 10 + digit
        continue
      } else if !"⁽⁾)".contains(character), !(character == "," && !places.isEmpty) {
        base.append(character)
      }
      isBelow = false
    }
    self.init(base, layer: layer, places: places)
  }

  /// The two sides of a derivative's symbol: `∂L/∂w₁` is L and w₁. Nil for any other symbol.
  package static func sides(of text: String) -> (above: String, below: String)? {
    guard text.hasPrefix("∂"), let slash = text.firstIndex(of: "/") else { return nil }
    let rest = text[text.index(after: slash)...]
    guard rest.hasPrefix("∂") else { return nil }
    return (String(text[..<slash].dropFirst()), String(rest.dropFirst()))
  }
}
