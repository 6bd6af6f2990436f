/// A strict reader of XML without declarations and entities of its own: enough to prove that a
/// drawing is well-formed, and to ask where its elements are.
struct StrictXML {
  struct Element: Equatable {
    var name: String
    var attributes: [String: String]
    var text = ""
    /// How many elements are around it.
    var depth: Int

    func number(_ attribute: String) -> Double? { attributes[attribute].flatMap(Double.init) }
    var classes: [String] { (attributes["class"] ?? "").split(separator: " ").map(String.init) }
  }

  struct Mistake: Error, CustomStringConvertible {
    var description: String
  }

  /// In the order of their start tags.
  private(set) var elements: [Element] = []
  private var rest: Substring
  private var open: [Int] = []

  init(_ text: String) throws {
    rest = text[...]
    while !rest.isEmpty { try readNext() }
    guard open.isEmpty else { throw mistake("\(elements[open.last!].name) is never closed") }
    guard elements.filter({ $0.depth == 0 }).count == 1 else {
      throw mistake("not exactly one root")
    }
  }

  func all(_ name: String, style: String? = nil) -> [Element] {
    elements.filter { $0.name == name && (style == nil || $0.classes.contains(style!)) }
  }

  private func mistake(_ text: String) -> Mistake {
    Mistake(description: "\(text), before: \(rest.prefix(60))")
  }

  private mutating func readNext() throws {
    if rest.first == "<" {
      try readTag()
      return
    }
    let end = rest.firstIndex(of: "<") ?? rest.endIndex
    let text = try Self.decoded(String(rest[..<end]))
    rest = rest[end...]
    if let last = open.last {
      elements[last].text += text
    } else if !text.allSatisfy(\.isWhitespace) {
      throw mistake("text outside the root")
    }
  }

  private mutating func readTag() throws {
    rest.removeFirst()
    if rest.first == "/" {
      rest.removeFirst()
      let name = readName()
      guard take(">"), let last = open.popLast(), elements[last].name == name else {
        throw mistake("</\(name)> closes nothing")
      }
      return
    }
    let name = readName()
    guard !name.isEmpty else { throw mistake("a bare <") }
    var attributes: [String: String] = [:]
    while skipSpaces(), let next = rest.first, next != "/", next != ">" {
      let key = readName()
      guard !key.isEmpty, take("="), take("\"") else { throw mistake("attribute of \(name)") }
      guard let end = rest.firstIndex(of: "\"") else { throw mistake("an open quote") }
      let value = String(rest[..<end])
      guard !value.contains("<"), attributes[key] == nil else { throw mistake("\(key) of \(name)") }
      attributes[key] = try Self.decoded(value)
      rest = rest[rest.index(after: end)...]
      guard let after = rest.first, " />\n".contains(after) else { throw mistake("no space") }
    }
    elements.append(Element(name: name, attributes: attributes, depth: open.count))
    if take("/") {
      guard take(">") else { throw mistake("a bare /") }
    } else {
      guard take(">") else { throw mistake("<\(name) never ends") }
      open.append(elements.count - 1)
    }
  }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func skipSpaces() -> Bool {
    while let next = rest.first, next.isWhitespace { rest.removeFirst() }
    return true
  }

  private mutating func readName() -> String {
    let end =
      rest.firstIndex { !($0.isLetter || $0.isNumber || "-_:".contains($0)) } ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(rest[..<end])
  }

  private static func decoded(_ text: String) throws -> String {
    let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
    var decoded = ""
    var rest = text[...]
    while let next = rest.firstIndex(where: { $0 == "&" || $0 == ">" }) {
      guard rest[next] == "&" else { throw Mistake(description: "a bare > in \(text.prefix(40))") }
      decoded += rest[..<next]
      guard let end = rest[next...].firstIndex(of: ";"),
        let character = known[String(rest[rest.index(after: next)..<end])]
      else { throw Mistake(description: "a bare & in \(text.prefix(40))") }
      decoded += character
      rest = rest[rest.index(after: end)...]
    }
    guard
      !text.unicodeScalars.contains(where: {
        $0.value < 32 && !"\t\n\r".unicodeScalars.contains($0)
      })
    else { throw Mistake(description: "a control character") }
    return decoded + rest
  }
}
