import Engine

extension Trace.Section {
  /// Lines that are read together.
  struct Group {
    var lines: [Trace.Line]
    /// What they have in common, if that says all: `12 gradients are 0: …`. Nil for a line on its own.
    var summary: String?
  }

  private enum Sameness { case zero, unchanged }

  private static let leastRun = 3
  private static let mostNamed = 12

  /// The lines with runs of gradients that are 0 and of numbers that stay what they were, such as those of
  /// a neuron that is never active, put together.
  var groups: [Group] {
    var groups: [Group] = []
    var rest = lines[...]
    while let first = rest.first {
      let sameness = Self.sameness(first, kind)
      let run =
        sameness == nil ? rest.prefix(1) : rest.prefix { Self.sameness($0, kind) == sameness }
      if let sameness, run.count >= Self.leastRun {
        groups.append(Group(lines: Array(run), summary: Self.summary(run, sameness)))
      } else {
        groups += run.map { Group(lines: [$0]) }
      }
      rest = rest.dropFirst(run.count)
    }
    return groups
  }

  private static func sameness(_ line: Trace.Line, _ kind: Kind) -> Sameness? {
    switch kind {
    case .backward where line.value == 0 && Symbol.sides(of: line.symbol) != nil: .zero
    case .update where line.staysTheSame: .unchanged
    default: nil
    }
  }

  private static func summary(_ run: ArraySlice<Trace.Line>, _ sameness: Sameness) -> String {
    let symbols = run.map(\.symbol)
    let named =
      symbols.count <= mostNamed
      ? symbols.joined(separator: ", ")
      : (symbols.prefix(mostNamed - 1) + ["…", symbols[symbols.count - 1]]).joined(separator: ", ")
    switch sameness {
    case .zero: return "\(run.count) gradients are 0: \(named)"
    case .unchanged: return "\(run.count) numbers stay what they were: \(named)"
    }
  }
}

extension Trace.Line {
  /// Is the new value of a weight or a state the old one? Its symbol is the old one's with a prime.
  fileprivate var staysTheSame: Bool {
    guard let formula else { return false }
    let old = symbol.filter { $0 != "′" }
    return old != symbol && formula.holds(old, Double(value))
  }
}

extension SymbolicExpression {
  /// Does a symbol stand in it with this number?
  fileprivate func holds(_ symbol: String, _ value: Double) -> Bool {
    if case .variable(let name, let number) = form { return name == symbol && number == value }
    return children.contains { $0.holds(symbol, value) }
  }
}
