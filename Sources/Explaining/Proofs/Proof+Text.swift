import Engine
import Formatting
import Networks

extension Proof {
  /// One sentence: how many agree, disagree, and lie at kinks.
  public var verdict: String {
    let agreeing = entries.count - disagreements.count - kinks.count
    var text = "\(agreeing) of \(entries.count) gradients agree with finite differences"
    if !kinks.isEmpty { text += ", \(kinks.count) at kinks" }
    if !disagreements.isEmpty { text += ", \(disagreements.count) DISAGREE" }
    if entries.count < total { text += " (a sample of \(total), seed \(seed))" }
    return text + "."
  }

  /// A table for the terminal, at most 80 columns wide, what is wrong first.
  public var text: String {
    let order = disagreements + kinks + entries.filter { $0.verdict == .agrees }
    let width = min(30, max(8, order.map(\.name.count).max() ?? 0))
    var text =
      Self.cell("gradient", width) + Self.cell("engine", 14) + Self.cell("finite difference", 19)
      + "error bar\n"
    for entry in order.prefix(Self.mostShown) {
      text +=
        Self.cell(entry.name, width)
        + Self.cell(entry.engine.map { SymbolicExpression.number(Double($0)) } ?? "-", 14)
        + Self.cell(SymbolicExpression.number(entry.estimate), 19)
        + "± \(entry.error.drawnText)"
        + (entry.verdict == .agrees ? "\n" : "  \(entry.verdict.rawValue)\n")
      if let reason = entry.reason { text += "  \(reason)\n" }
    }
    if order.count > Self.mostShown {
      text += "… \(order.count - Self.mostShown) more that agree; the JSON has all\n"
    }
    if let note { text += wrapped(note, width: 80).map { $0 + "\n" }.joined() }
    return text + verdict + "\n"
  }

  private static let mostShown = 40

  private static func cell(_ text: String, _ width: Int) -> String {
    aligned(text, to: max(width, text.count)) + " "
  }

  /// The proof as one JSON object.
  /// - Throws: nothing a user can cause.
  public func json(pretty: Bool = false) throws -> String {
    try JSONText.encode(self, pretty: pretty)
  }
}
