/// How deep lists and objects of JSON text lie in each other. Foundation's reader takes 512 levels, and a
/// text that ends within deeper ones brings it down (swift-foundation 6.3), so the levels are counted
/// before it sees them.
package enum JSONNesting {
  /// The most levels accepted.
  package static let limit = 256

  /// - Parameters:
  ///   - location: where the text stands, for the problem.
  ///   - fix: what to do about more.
  /// - Throws: `Problem` for text with more levels.
  package static func check(
    _ text: some Sequence<UInt8>, at location: String,
    fix: String = "check that every bracket is closed"
  ) throws(Problem) {
    guard depth(of: text) > limit else { return }
    throw Problem.data(
      location, expected: "JSON of at most \(limit) levels", found: "more", fix: fix)
  }

  /// The levels at the deepest place.
  package static func depth(of text: some Sequence<UInt8>) -> Int {
    text.withContiguousStorageIfAvailable(depth(of:))
      ?? Array(text).withUnsafeBufferPointer(depth(of:))
  }

  private static func depth(of text: UnsafeBufferPointer<UInt8>) -> Int {
    var (depth, deepest) = (0, 0)
    var isText = false
    var isEscaped = false
    for byte in text {
      if isText {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isText = true
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: continue
      }
      deepest = max(deepest, depth)
    }
    return deepest
  }
}
