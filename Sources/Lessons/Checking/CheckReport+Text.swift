import Formatting

extension CheckReport {
  /// One line for each claim, then how many there are of each verdict; for 80 columns.
  ///
  /// - Parameter all: also the claims that are right?
  public func text(all: Bool = true) -> String {
    let shown = claims.filter { all || $0.verdict == .wrong || $0.verdict == .inherited }
    let places = shown.map { $0.place.description }
    let width = places.map(\.count).max() ?? 0
    var lines: [String] = []
    for (claim, place) in zip(shown, places) {
      let line = "\(aligned(place, to: width, .right))  \(Self.mark(claim.verdict))  "
      let what = claim.of.isEmpty ? claim.text : "\(claim.text)  for  \(claim.of)"
      lines.append(line + what.shortened(to: 78 - line.count))
      if let remark = Self.remark(claim) {
        lines.append(aligned("", to: width + 13) + remark)
      }
    }
    if !lines.isEmpty { lines.append("") }
    lines.append("\(path): \(claims.count) claims: \(summary)")
    return lines.joined(separator: "\n") + "\n"
  }

  /// `12 right, 3 rounded, 1 wrong, 2 inherited`.
  public var summary: String {
    Verdict.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
  }

  private static func mark(_ verdict: Verdict) -> String {
    aligned(verdict == .wrong ? "WRONG" : verdict.rawValue, to: 9)
  }

  private static func remark(_ claim: Claim) -> String? {
    switch claim.verdict {
    case .right, .rounded: nil
    case .wrong: "right: \(numberText(claim.right))"
    case .inherited:
      "follows from the error at \(claim.origin?.description ?? "an earlier line"); "
        + "right: \(numberText(claim.right))"
    }
  }
}
