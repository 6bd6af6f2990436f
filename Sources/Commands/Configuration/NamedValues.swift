import Training

/// Values by name on the command line: `hours=3,sleep=7`.
enum NamedValues {
  /// - Throws: a usage failure for a part without `=`.
  static func parsed(_ text: String, _ option: String) throws -> [String: String] {
    var row: [String: String] = [:]
    for part in text.split(separator: ",") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else {
        throw Failure(
          status: .usage,
          text: "\(option): expected column=value, found '\(part)'. Fix: write a=1,b=2")
      }
      row[String(pair[0]).trimmed] = String(pair[1])
    }
    return row
  }
}
