/// What an attribute of an SVG element may hold.
package protocol AttributeValue {
  var attributeText: String { get }
}

extension String: AttributeValue {
  package var attributeText: String { escaped }

  /// With the characters replaced that mean something in XML and HTML. Control characters, which XML
  /// cannot hold, become the replacement character.
  package var escaped: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      case "\t", "\n", "\r": text.unicodeScalars.append(scalar)
      case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// At most this many characters, the last an ellipsis if some are left out.
  package func shortened(to count: Int) -> String {
    self.count <= count ? self : prefix(Swift.max(1, count - 1)) + "…"
  }
}

extension Int: AttributeValue {
  package var attributeText: String { "\(self)" }
}

extension Double: AttributeValue {
  /// A coordinate: to two decimals, which is finer than a pixel.
  package var attributeText: String { isFinite ? trimmed(decimals: 2) : "0" }
}

/// SVG elements being written one after another; whatever comes from outside is escaped.
package struct Markup: Sendable, Hashable {
  package var text = ""

  package init() {}

  package typealias Attributes = KeyValuePairs<String, any AttributeValue>

  /// An element without content.
  package mutating func add(_ name: String, _ attributes: Attributes) {
    text += "<\(name)\(Self.written(attributes))/>\n"
  }

  /// An element with text.
  package mutating func add(_ name: String, _ attributes: Attributes, text content: String) {
    text += "<\(name)\(Self.written(attributes))>\(content.withMinusSigns.escaped)</\(name)>\n"
  }

  /// An element with text that tells more when it is pointed at.
  package mutating func add(
    _ name: String, _ attributes: Attributes, text content: String, title: String
  ) {
    text +=
      "<\(name)\(Self.written(attributes))><title>\(title.escaped)</title>"
      + "\(content.withMinusSigns.escaped)</\(name)>\n"
  }

  /// Text at a place, with the classes that style it.
  package mutating func label(
    _ content: String, x: Double, y: Double, _ style: String = "", anchor: String = "start"
  ) {
    add("text", ["x": x, "y": y, "class": style, "text-anchor": anchor], text: content)
  }

  /// A straight line.
  package mutating func line(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), _ style: String
  ) {
    add("line", ["x1": from.x, "y1": from.y, "x2": to.x, "y2": to.y, "class": style])
  }

  /// A group of elements.
  package mutating func group(_ attributes: Attributes, _ body: (inout Markup) -> Void) {
    element("g", attributes, body)
  }

  /// An element with elements inside.
  package mutating func element(
    _ name: String, _ attributes: Attributes, _ body: (inout Markup) -> Void
  ) {
    text += "<\(name)\(Self.written(attributes))>\n"
    body(&self)
    text += "</\(name)>\n"
  }

  private static func written(_ attributes: Attributes) -> String {
    attributes.filter { !$1.attributeText.isEmpty }
      .map { " \($0)=\"\($1.attributeText)\"" }.joined()
  }
}
