/// What is known of how a file of rows is laid out; what is left out is found out, and said.
package struct CSVDialect: Sendable, Equatable {
  /// The byte between fields; nil finds out whether it is a comma, a semicolon, a tab or a bar.
  package var delimiter: UInt8?
  /// Whether the first row names the columns; nil finds out.
  package var hasHeader: Bool?
  /// What begins a line that is passed over, anywhere; nil passes over lines of `#` before the header.
  package var comment: UInt8?
  /// How text is encoded; nil is UTF-8, or UTF-16 with a byte order mark.
  package var encoding: TextEncoding?

  /// All is found out.
  package init() {}
}
