import TestSupport
import Testing

/// What must hold for every page.
enum PageChecks {
  /// Nothing is loaded, nothing runs, drawings are well-formed, and no identifier is used twice.
  static func check(_ html: String) throws {
    for part in [
      "http:", "https:", "<script", "javascript:", "@import", "url(", "<link", "<iframe",
    ] {
      #expect(!html.lowercased().contains(part), "\(part)")
    }
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("prefers-color-scheme:dark"))
    var identifiers: [String] = []
    var rest = html[...]
    while let start = rest.firstRange(of: "<svg class=\"figure\"") {
      let end = try #require(endOfDrawing(rest[start.lowerBound...]))
      let xml = try StrictXML(String(rest[start.lowerBound..<end]))
      identifiers += xml.elements.compactMap { $0.attributes["id"] }
      let described = try #require(xml.elements[0].attributes["aria-describedby"])
      #expect(xml.all("desc").first?.attributes["id"] == described)
      rest = rest[end...]
    }
    #expect(identifiers.count >= 4)
    #expect(Set(identifiers).count == identifiers.count)
    _ = try StrictXML(page: html)
  }

  private static func endOfDrawing(_ text: Substring) -> Substring.Index? {
    var depth = 0
    var place = text.startIndex
    while let next = text[place...].firstIndex(of: "<") {
      if text[next...].hasPrefix("<svg") { depth += 1 }
      if text[next...].hasPrefix("</svg>") {
        depth -= 1
        if depth == 0 { return text.index(next, offsetBy: 6) }
      }
      place = text.index(after: next)
    }
    return nil
  }
}
