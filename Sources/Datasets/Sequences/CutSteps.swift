/// Steps of sequences that a network has no room for.
package struct CutSteps: Codable, Sendable, Equatable {
  /// How many rows lose any.
  private var rows = 0
  /// How many these are.
  private var leftOut = 0
  /// How many steps the network reads, and whether these are the last ones.
  private let steps: Int
  private let keepsLast: Bool

  private enum CodingKeys: String, CodingKey {
    case rows, steps
    case leftOut = "left_out"
    case keepsLast = "keeps_last"
  }

  init(_ encoding: SequenceEncoding) {
    (steps, keepsLast) = (encoding.steps, encoding.keepsLast == true)
  }

  /// - Parameter cut: the steps that one more row loses.
  mutating func add(_ cut: Int) {
    guard cut > 0 else { return }
    rows += 1
    leftOut += cut
  }

  /// Adds those of later rows. Sums of what a file says stay where they are instead of wrapping.
  package mutating func add(_ later: CutSteps) {
    func sum(_ one: Int, _ other: Int) -> Int {
      let (sum, overflows) = one.addingReportingOverflow(other)
      return overflows ? .max : sum
    }
    (rows, leftOut) = (sum(rows, later.rows), sum(leftOut, later.leftOut))
  }

  /// What is said of them; nil for none.
  package var note: String? {
    guard rows > 0 else { return nil }
    return "\(rows) \(rows == 1 ? "row has" : "rows have") more than \(steps) steps, of which the "
      + "\(keepsLast ? "last" : "first") are used; steps left out: \(leftOut)"
  }
}
