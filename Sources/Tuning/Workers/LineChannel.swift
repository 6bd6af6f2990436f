import Platform

/// Lines of text through a pipe.
enum LineChannel {
  /// - Returns: false if nobody reads any more.
  static func write(_ line: String, to descriptor: Int32) -> Bool {
    let bytes = Array((line + "\n").utf8)
    return bytes.withUnsafeBytes { whole in
      var rest = whole[...]
      while !rest.isEmpty {
        let count = SystemCall.write(descriptor, UnsafeRawBufferPointer(rebasing: rest))
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  /// Puts lines together of what comes in pieces.
  struct Reader {
    private var bytes: [UInt8] = []

    /// Waits for bytes.
    /// - Returns: the lines that are whole now; nil at the end.
    mutating func read(from descriptor: Int32) -> [String]? {
      var piece = [UInt8](repeating: 0, count: 1 << 14)
      let count = piece.withUnsafeMutableBytes { SystemCall.read(descriptor, into: $0) }
      guard count > 0 else { return nil }
      bytes += piece[..<count]
      guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
      let whole = bytes[..<end]
      let lines = whole.split(separator: UInt8(ascii: "\n")).map {
        String(decoding: $0, as: UTF8.self)
      }
      bytes.removeSubrange(...end)
      return lines
    }
  }
}
