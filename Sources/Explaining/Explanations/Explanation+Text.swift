import Formatting

extension Explanation {
  /// So many parts are shown one by one.
  private static let mostShown = 20

  /// As a person reads it: the two answers, then the parts, those that contribute most first.
  public var text: String {
    var lines = [
      "\(explained): \(answer.shortText), and \(baselineAnswer.shortText) without \(known)"
    ]
    let ranked = contributions.sorted { $0.contribution.magnitude > $1.contribution.magnitude }
    if !ranked.isEmpty {
      let shown = ranked.prefix(Self.mostShown)
      lines += [""]
      lines += tableLines(
        [["", "is", "instead of", "contributes"]]
          + shown.map { part in
            [
              part.name, part.value.shortened(to: 24), part.baseline.shortened(to: 24),
              Self.signed(part.contribution)
                + (part.error > 0 ? " ± \(part.error.rough)" : ""),
            ]
          }, [.left, .left, .left, .right])
      let rest = ranked.dropFirst(Self.mostShown)
      if !rest.isEmpty {
        let sum = rest.reduce(0) { $0 + $1.contribution }
        lines.append("\(rest.count) more together: \(Self.signed(sum))")
      }
    }
    if let regions {
      lines += [
        "", "regions of the image" + (regionError.map { " (± \($0.rough) at most)" } ?? ""),
      ]
      lines += tableLines(
        regions.map { $0.map(Self.signed) },
        Array(repeating: .right, count: regions.first?.count ?? 0), width: .max)
    }
    return (lines + ["", methodText]).joined(separator: "\n")
  }

  private var known: String { regions == nil ? "what is known of the row" : "the image" }

  private var methodText: String {
    isExact
      ? "Shapley values of all orders" : "Shapley values of some orders, ± their standard error"
  }

  private static func signed(_ number: Double) -> String {
    (number > 0 ? "+" : "") + number.shortText
  }
}
