import Engine

extension Bindings {
  /// The step of a weight: `w_new = w - rate * dL/dw`.
  struct Update {
    var stem: String
    var definition: Term
  }

  /// The ends of names for what a number becomes.
  private static let endings = ["_new", "_next", "_updated", "'", "′"]

  /// `w_new` cut into the known name `w` and the ending.
  private func stem(of name: String) -> (stem: String, ending: String)? {
    for ending in Self.endings where name.hasSuffix(ending) {
      let stem = String(name.dropLast(ending.count))
      if names[stem] != nil { return (stem, ending) }
    }
    return nil
  }

  /// Remembers the first step of a weight as the rule for the others.
  mutating func noteUpdate(_ name: String, _ definition: Term) {
    guard update == nil, let stem = stem(of: name)?.stem,
      Self.steps(from: stem, definition) != nil
    else { return }
    update = Update(stem: stem, definition: definition)
  }

  /// What a new name ought to be made by, as the page has stated it: steps of weights like the first
  /// step, and a formula that is computed again like the first time. Nil where nothing was stated.
  func rule(for name: String, _ definition: Term) -> Term? {
    guard let (stem, ending) = stem(of: name) else { return nil }
    if definition.names.contains(stem) {
      guard let update, let steps = Self.steps(from: stem, definition) else { return nil }
      return rule(of: update, for: stem, definition) ?? rule(of: update, for: stem, steps)
    }
    guard let first = names[stem]?.definition else { return nil }
    let renewed = first.names.filter { names[$0 + ending] != nil }
    guard !renewed.isDisjoint(with: definition.names.map { String($0.dropLast(ending.count)) })
    else { return nil }
    return first.renaming(
      Dictionary(uniqueKeysWithValues: renewed.map { ($0, $0 + ending) }))
  }

  /// What is added to a name in a sum; nil where the name is no part of it.
  private static func steps(from stem: String, _ definition: Term) -> [Summand]? {
    var parts = summands(definition)
    guard parts.count > 1,
      let place = parts.firstIndex(where: {
        if case .name(stem) = $0.term.kind { !$0.isNegative } else { false }
      })
    else { return nil }
    parts.remove(at: place)
    return parts
  }

  /// The rule with the names of this weight, where its gradient is named like that of the first:
  /// `dL/dw` and `dL/db`, `g_w1` and `g_w2`.
  private func rule(of update: Update, for stem: String, _ definition: Term) -> Term? {
    var renamed = [update.stem: stem]
    for name in update.definition.names where name != update.stem {
      let other = Self.replacingLast(update.stem, by: stem, in: name)
      if let other, names[other] != nil {
        renamed[name] = other
      } else if !definition.names.contains(name) {
        return nil
      }
    }
    // A formula with more in it, such as a decay of weights, is another one on purpose.
    let meant = update.definition.names.union(renamed.values)
    guard renamed.count > 1, definition.names.isSubset(of: meant) else { return nil }
    return update.definition.renaming(renamed)
  }

  private static func replacingLast(_ stem: String, by other: String, in name: String) -> String? {
    name.hasSuffix(stem) ? name.dropLast(stem.count) + other : nil
  }

  /// The formula itself, with the signs of the rule where a step at the same rate has another sign.
  private func rule(of update: Update, for stem: String, _ steps: [Summand]) -> Term? {
    guard let first = Self.steps(from: update.stem, update.definition), first.count == steps.count
    else { return nil }
    let isOther = zip(first, steps).map { rule, step in
      guard rule.isNegative != step.isNegative else { return false }
      let shared = rule.term.leafTexts.intersection(step.term.leafTexts)
      let own = step.term.leafTexts.subtracting(shared)
      // A number may have its sign taken out of it; a name may not.
      return !shared.isEmpty && !step.term.names.isEmpty && own.allSatisfy { names[$0] != nil }
    }
    guard isOther.contains(true) else { return nil }
    let place = steps[0].term.place
    return zip(steps, isOther).reduce(Term(kind: .name(stem), place: place, text: stem)) {
      sum, part in
      let (step, isOther) = part
      let isNegative = step.isNegative != isOther
      return Term(
        kind: .binary(isNegative ? .subtract : .add, sum, step.term), place: place,
        text: "\(sum.text) \(isNegative ? "-" : "+") \(step.term.text)")
    }
  }
}

extension Term {
  /// The numbers and names it is made of, as they are written.
  fileprivate var leafTexts: Set<String> {
    all.reduce(into: []) { texts, term in
      switch term.kind {
      case .number(let literal): texts.insert("\(literal.value)")
      case .name(let name): texts.insert(name)
      default: break
      }
    }
  }

  /// The same formula of other names.
  fileprivate func renaming(_ others: [String: String]) -> Term {
    var term = self
    term.text = TokenScanner.renaming(others, in: text)
    term.kind =
      switch kind {
      case .number: kind
      case .name(let name): .name(others[name] ?? name)
      case .list(let terms): .list(terms.map { $0.renaming(others) })
      case .element(let inner, let position): .element(inner.renaming(others), position)
      case .negative(let inner): .negative(inner.renaming(others))
      case .binary(let operation, let a, let b):
        .binary(operation, a.renaming(others), b.renaming(others))
      case .call(let name, let terms): .call(name, terms.map { $0.renaming(others) })
      case .gradient(let inner, let by):
        .gradient(inner.renaming(others), by: others[by] ?? by)
      }
    return term
  }
}
