import Engine

/// A number of a lesson that is changed by hand.
package struct NumberChange: Codable, Sendable, Hashable {
  /// The formula it is seen in, counted from 1 through the lesson.
  package var formula: Int
  /// What stands for it there: `w`.
  package var symbol: String
  package var value: Double

  /// A change of the number that a symbol stands for in a formula.
  package init(formula: Int, symbol: String, value: Double) {
    (self.formula, self.symbol, self.value) = (formula, symbol, value)
  }
}

extension Lesson {
  /// Its formulas in their order; changes name them by their numbers, counted from 1.
  package var formulas: [Formula] {
    steps.flatMap(\.parts).compactMap { part in
      if case .formula(let formula) = part { formula } else { nil }
    }
  }

  /// The lesson with other numbers: each formula in which a changed number stands is computed anew, and so is
  /// each in which its result stands. Texts, tables and pictures stay as they were made.
  ///
  /// A number is the same where the same symbol stands for the same number.
  ///
  /// - Throws: `Problem` for a formula or a symbol that there is not, and numbers that are not finite.
  package func changing(_ changes: [NumberChange]) throws -> Lesson {
    try changes.reduce(self) { try $0.changing($1) }
  }

  private func changing(_ change: NumberChange) throws -> Lesson {
    let formulas = formulas
    guard formulas.indices.contains(change.formula - 1) else {
      throw Problem.data(
        "formula", expected: "a number from 1 to \(formulas.count)", found: "\(change.formula)")
    }
    guard change.value.isFinite else {
      throw Problem.data("value", expected: "a finite number", found: "\(change.value)")
    }
    let known = formulas[change.formula - 1].written.variables
    guard let old = known.first(where: { $0.symbol == change.symbol }) else {
      throw Problem.unknown("symbol", change.symbol, among: known.map(\.symbol))
    }
    var moved = [Moved(symbol: old.symbol, old: old.value, new: change.value)]
    var lesson = self
    for step in lesson.steps.indices {
      for part in lesson.steps[step].parts.indices {
        guard case .formula(var formula) = lesson.steps[step].parts[part] else { continue }
        let before = formula.value
        formula.written = formula.written.replacing { symbol, value in
          moved.last { $0.symbol == symbol && $0.isOld(value) }?.new
        }
        guard formula.value != before else { continue }
        formula.isChanged = true
        // The new weight of one step is the weight of the next.
        for name in Set([formula.name, formula.name.withoutNew]) {
          moved.append(Moved(symbol: name, old: before, new: formula.value))
        }
        lesson.steps[step].parts[part] = .formula(formula)
      }
    }
    return lesson
  }

  private struct Moved {
    let symbol: String
    let old, new: Double

    /// A result may be said with fewer digits where it is used.
    func isOld(_ value: Double) -> Bool {
      (value - old).magnitude <= 1e-6 * max(value.magnitude, old.magnitude)
    }
  }
}

extension String {
  fileprivate var withoutNew: String {
    hasPrefix("new ") ? String(dropFirst(4)) : filter { $0 != "′" }
  }
}

extension SymbolicExpression {
  /// The symbols of a formula with their numbers, from left to right.
  fileprivate var variables: [(symbol: String, value: Double)] {
    if case .variable(let symbol, let value) = form { return [(symbol, value)] }
    return children.flatMap(\.variables)
  }
}
