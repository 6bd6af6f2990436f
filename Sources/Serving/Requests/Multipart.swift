import Datasets
import Engine
import Formatting
import Platform

/// The parts of `multipart/form-data` (RFC 7578).
struct Multipart {
  /// One field or file.
  struct Part {
    var name: String
    /// Nil for a field.
    var fileName: String?
    var content: ArraySlice<UInt8>
  }

  private(set) var parts: [Part] = []

  /// - Parameters:
  ///   - contentType: of the request, with its boundary.
  ///   - limit: of parts.
  /// - Throws: `Problem` of the kind `malformed` for what is no form.
  init(_ body: [UInt8], contentType: String, limit: Int) throws {
    let boundary = try Self.boundary(of: contentType)
    let delimiter = Array("\r\n--\(boundary)".utf8)
    // The first delimiter has no line before it.
    guard body.starts(with: delimiter.dropFirst(2)) else {
      throw Self.malformed("--\(boundary) at the start")
    }
    var rest = body[(delimiter.count - 2)...]
    while !rest.starts(with: Array("--".utf8)) {
      guard rest.starts(with: Self.lineEnd) else {
        throw Self.malformed("a line end behind --\(boundary)")
      }
      guard parts.count < limit else {
        throw Problem.data("form", expected: "at most \(limit) parts", found: "more")
      }
      rest = rest.dropFirst(2)
      guard let end = rest.place(of: delimiter) else {
        throw Self.malformed("--\(boundary)-- at the end")
      }
      parts.append(try Self.part(rest[..<end.lowerBound]))
      rest = rest[end.upperBound...]
    }
  }

  private static let lineEnd = Array("\r\n".utf8)
  private static let emptyLine = Array("\r\n\r\n".utf8)

  /// 1 to 70 characters, as RFC 2046 says.
  private static func boundary(of contentType: String) throws -> String {
    guard let boundary = parameter("boundary", of: contentType),
      (1...70).contains(boundary.utf8.count)
    else {
      throw Problem(
        .malformed, "Content-Type", expected: "multipart/form-data; boundary=…",
        found: "no boundary")
    }
    return boundary
  }

  private static func part(_ bytes: ArraySlice<UInt8>) throws -> Part {
    guard let end = bytes.place(of: emptyLine) else {
      throw malformed("an empty line behind the headers of a part")
    }
    let headers = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
    for line in headers.split(separator: "\r\n") {
      guard line.lowercased().hasPrefix("content-disposition:"),
        let name = parameter("name", of: line)
      else { continue }
      return Part(
        name: name, fileName: parameter("filename", of: line), content: bytes[end.upperBound...])
    }
    throw malformed("`Content-Disposition: form-data; name=…` in each part")
  }

  /// The value of `; name=value` or `; name="value"`. What separates is ASCII, so bytes are looked at.
  private static func parameter(_ name: String, of header: some StringProtocol) -> String? {
    let (quote, blanks) = (UInt8(ascii: "\""), [UInt8(ascii: " "), UInt8(ascii: "\t")])
    var isQuoted = false
    let parts = Substring(header).utf8.split(omittingEmptySubsequences: false) { byte in
      if byte == quote { isQuoted.toggle() }
      return byte == UInt8(ascii: ";") && !isQuoted
    }
    for part in parts.dropFirst() {
      let words = part.split(separator: UInt8(ascii: "="), maxSplits: 1)
        .map { $0.drop { blanks.contains($0) } }
      guard words.count == 2, Substring(words[0]).lowercased() == name else { continue }
      let value = words[1]
      let isWhole = value.count > 1 && value.first == quote && value.last == quote
      return String(Substring(isWhole ? value.dropFirst().dropLast() : value))
    }
    return nil
  }

  private static func malformed(_ expected: String) -> Problem {
    Problem(.malformed, "form", expected: expected, found: "none")
  }
}

extension Instances {
  /// The files of a form, each an image, or its fields as one row.
  ///
  /// - Throws: `Problem` for what is no form, has too many parts, or mixes both.
  init(form body: [UInt8], contentType: String, limits: ServingLimits) throws {
    let form = try Multipart(body, contentType: contentType, limit: limits.instances)
    let files = form.parts.filter { $0.fileName != nil }
    if files.isEmpty {
      guard !form.parts.isEmpty else {
        throw Problem.data("form", expected: "a file, or fields", found: "neither")
      }
      var cells: [String: CellValue] = [:]
      for part in form.parts {
        let text = CellValue.text(String(decoding: part.content, as: UTF8.self))
        guard cells.updateValue(text, forKey: part.name) == nil else {
          throw Problem.data(
            "form.\(part.name.shortened(to: 40))", expected: "each name once", found: "it twice")
        }
      }
      self = .rows([.named(cells)])
      return
    }
    guard files.count == form.parts.count else {
      throw Problem.data("form", expected: "files, or fields", found: "both")
    }
    guard files.count <= limits.images else {
      throw ServingProblem.tooManyInstances(limits.images)
    }
    self = .images(files.map { (name: $0.fileName ?? $0.name, bytes: Array($0.content)) })
  }
}
