import Platform

/// The process's surroundings.
enum Environment {
  /// The variables whose names begin with `GLASSBOX_`.
  static var variables: [String: String] {
    var variables: [String: String] = [:]
    var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if text.hasPrefix("GLASSBOX_"), let sign = text.firstIndex(of: "=") {
        variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
      }
      next += 1
    }
    return variables
  }
}

/// Standard output: results.
enum StandardOutput {
  /// May text have colours? On a terminal, unless `NO_COLOR` is set.
  static var isColored: Bool {
    let isUnwanted = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    return isatty(1) == 1 && !isUnwanted
  }
}

/// Standard error: progress and messages.
enum StandardError {
  /// Is it a terminal that a person looks at?
  static var isTerminal: Bool { isatty(2) == 1 }

  /// How many characters fit on a line.
  static var width: Int {
    var size = winsize()
    return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  /// Writes text, harmless whatever it holds.
  static func write(_ text: String) { writeBytes(text.harmless()) }

  /// Replaces the line that the cursor is on, such as a bar of progress.
  static func replaceLine(_ text: some StringProtocol) {
    writeBytes("\r\(String(text).harmless())\u{1B}[K")
  }

  /// Replaces lines that were written before, the last of which the cursor stands behind.
  /// - Parameter count: how many those were.
  static func replaceLines(_ count: Int, by lines: [String]) {
    let up = count > 1 ? "\u{1B}[\(count - 1)A" : ""
    writeBytes(
      "\r\(up)\u{1B}[J" + lines.map { $0.harmless() }.joined(separator: "\n"))
  }

  private static func writeBytes(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { SystemCall.write(2, $0) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
