/// A script inside a page, which the page's own policy lets run and no other.
package struct PageScript: Sendable {
  private let text: String
  private let sha256: [UInt8]

  /// - Parameters:
  ///   - text: JavaScript that holds no `</script`.
  ///   - sha256: the hash of the text's bytes.
  package init(_ text: String, sha256: [UInt8]) {
    (self.text, self.sha256) = (text, sha256)
  }

  /// What lets it run.
  package var policy: String { "; script-src 'sha256-\(Base64.text(sha256))'" }

  var element: String { "<script>\(text)</script>\n" }
}
