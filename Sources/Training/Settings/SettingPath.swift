/// A place inside a setting, as files and messages write it: `network[1].units`.
package struct SettingPath: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    case member(String)
    case place(Int)
  }

  /// The setting's name.
  package let name: String
  /// From the setting's value inwards.
  package let steps: [Step]

  /// Reads as far as the text is a path.
  package init(_ text: some StringProtocol) {
    let whole = Substring(text)
    name = String(whole.prefix { !".[]: ".contains($0) })
    steps = Self.steps(whole.dropFirst(name.count))
  }

  /// `[1].units`, as far as the text is that.
  static func steps(_ text: Substring) -> [Step] {
    var steps: [Step] = []
    var rest = text
    while let mark = rest.popFirst() {
      let name = rest.prefix { !".[]: ".contains($0) }
      rest = rest.dropFirst(name.count)
      if mark == ".", !name.isEmpty {
        steps.append(.member(String(name)))
      } else if mark == "[", let place = Int(name), place >= 0, rest.popFirst() == "]" {
        steps.append(.place(place))
      } else {
        return steps
      }
    }
    return steps
  }
}

extension LocatedValue {
  /// The origin of a part, `[1].units`; of what is around it if it is not written itself.
  func origin(at path: Substring) -> String {
    var value = self
    var origin = origin
    for step in SettingPath.steps(path) {
      guard let part = value.part(step) else { return origin }
      value = part
      if !value.origin.isEmpty { origin = value.origin }
    }
    return origin
  }

  /// What lies at a place inside; nil if nothing does.
  package func part(_ step: SettingPath.Step) -> LocatedValue? {
    switch (step, content) {
    case (.member(let name), .object(let members)): members[name]
    case (.place(let place), .list(let items)):
      items.indices.contains(place) ? items[place] : nil
    default: nil
    }
  }

  /// With another value at a place inside. A name that stands for settings, such as `sgd`, becomes these
  /// settings, and what is left out too; nil for a place that is not there.
  package func replacing(_ steps: ArraySlice<SettingPath.Step>, by value: LocatedValue)
    -> LocatedValue?
  {
    guard let step = steps.first else { return value }
    let inner = part(step) ?? LocatedValue(.null)
    guard let replaced = inner.replacing(steps.dropFirst(), by: value) else { return nil }
    switch (step, content) {
    case (.member(let name), .object(var members)):
      members[name] = replaced
      return LocatedValue(.object(members), origin: origin)
    case (.member(let name), .text):
      return LocatedValue(.object(["name": self, name: replaced]), origin: origin)
    case (.member(let name), .null):
      return LocatedValue(.object([name: replaced]), origin: origin)
    case (.place(let place), .list(var items)) where items.indices.contains(place):
      items[place] = replaced
      return LocatedValue(.list(items), origin: origin)
    default: return nil
    }
  }
}
