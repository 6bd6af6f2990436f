/// A strict reader of XML without declarations and entities of its own: enough to prove that a
/// drawing is well-formed, and to ask where its elements are. Pages of HTML are read as strictly:
/// every element is closed but those that have no end, and stands where it may stand.
package struct StrictXML {
  package struct Element: Equatable {
    package var name: String
    package var attributes: [String: String]
    package var text = ""
    /// How many elements are around it.
    package var depth: Int

    package func number(_ attribute: String) -> Double? {
      attributes[attribute].flatMap(Double.init)
    }
    package var classes: [String] {
      (attributes["class"] ?? "").split(separator: " ").map(String.init)
    }
  }

  package struct Mistake: Error, CustomStringConvertible {
    package var description: String
  }

  /// In the order of their start tags.
  package private(set) var elements: [Element] = []
  private let isPage: Bool
  private var rest: Substring
  private var open: [Int] = []

  package init(_ text: String) throws { try self.init(text, isPage: false) }

  /// - Parameter page: HTML of a whole page.
  package init(page: String) throws {
    let start = "<!DOCTYPE html>\n"
    guard page.hasPrefix(start) else { throw Mistake(description: "no document type") }
    try self.init(String(page.dropFirst(start.count)), isPage: true)
    guard all("title").filter({ $0.depth == 2 }).count == 1, all("main").count == 1,
      all("h1").count == 1, elements[0].attributes["lang"] == "en"
    else { throw Mistake(description: "not one title, main part, heading and language") }
    let identifiers = elements.compactMap { $0.attributes["id"] }
    guard Set(identifiers).count == identifiers.count else {
      throw Mistake(description: "an identifier is used twice")
    }
  }

  private init(_ text: String, isPage: Bool) throws {
    self.isPage = isPage
    rest = text[...]
    while !rest.isEmpty { try readNext() }
    guard open.isEmpty else { throw mistake("\(elements[open.last!].name) is never closed") }
    guard elements.filter({ $0.depth == 0 }).count == 1 else {
      throw mistake("not exactly one root")
    }
  }

  package func all(_ name: String, style: String? = nil) -> [Element] {
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
    // What stands in a script of a page means nothing but itself.
    let isScript = isPage && open.last.map { elements[$0].name } == "script"
    let end =
      (isScript ? rest.firstRange(of: "</script")?.lowerBound : rest.firstIndex(of: "<"))
      ?? rest.endIndex
    let text = isScript ? String(rest[..<end]) : try Self.decoded(String(rest[..<end]))
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
      if isPage { try checkCount(last) }
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
    if isPage { try checkPlace(of: name) }
    if isPage, Self.withoutEnd.contains(name) {
      guard take(">") else { throw mistake("<\(name) never ends") }
    } else if isPage, name == "style" {
      try skipStyle()
    } else if take("/") {
      guard take(">") else { throw mistake("a bare /") }
    } else {
      guard take(">") else { throw mistake("<\(name) never ends") }
      open.append(elements.count - 1)
    }
  }

  // MARK: Rules of pages

  private static let withoutEnd: Set = ["meta", "br", "img"]
  private static let parents: [String: Set<String>] = [
    "head": ["html"], "body": ["html"], "title": ["head", "svg", "text", "line"], "meta": ["head"],
    "style": ["head"], "main": ["body"], "li": ["ul"], "thead": ["table"], "tbody": ["table"],
    "caption": ["table"], "tr": ["thead", "tbody"], "td": ["tr"], "th": ["tr"],
    "figcaption": ["figure"], "summary": ["details"], "desc": ["svg"], "mtr": ["mtable"],
    "mtd": ["mtr"],
  ]
  /// Elements that hold running text and nothing that stands by itself.
  private static let ofText: Set = [
    "p", "h1", "h2", "h3", "span", "b", "code", "strong", "summary",
  ]
  private static let byItself: Set = [
    "p", "h1", "h2", "h3", "div", "ul", "table", "figure", "section", "pre", "details", "main",
  ]
  /// How many elements a formula's parts are made of.
  private static let counts = [
    "mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3,
  ]

  private func checkPlace(of name: String) throws {
    let around = open.map { elements[$0].name }
    if let allowed = Self.parents[name], !allowed.contains(around.last ?? "") {
      throw mistake("<\(name)> within <\(around.last ?? "nothing")>")
    }
    // A summary may be a heading.
    let isSummary = name.hasPrefix("h") && around.last == "summary"
    if Self.byItself.contains(name), !isSummary, around.contains(where: Self.ofText.contains) {
      throw mistake("<\(name)> within running text")
    }
    let isFormula = name.hasPrefix("m") && name != "main" && name != "meta" && name != "math"
    if isFormula, !around.contains("math") { throw mistake("<\(name)> outside of a formula") }
  }

  private func checkCount(_ place: Int) throws {
    let element = elements[place]
    guard let count = Self.counts[element.name] else { return }
    let children = elements[(place + 1)...].count { $0.depth == element.depth + 1 }
    guard children == count else { throw mistake("<\(element.name)> of \(children) parts") }
  }

  private mutating func skipStyle() throws {
    guard take(">"), let end = rest.firstRange(of: "</style>") else { throw mistake("<style") }
    let text = rest[..<end.lowerBound]
    guard !text.contains("<"), text.count(where: { $0 == "{" }) == text.count(where: { $0 == "}" })
    else { throw mistake("style sheet") }
    rest = rest[end.upperBound...]
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
