import Engine
package import Training

/// A number that is changed by hand.
package enum PlaygroundEdit: Sendable, Equatable {
  /// One number of a tensor; the place along each axis is counted from 0.
  case weight(name: String, place: [Int], value: Double)
  /// A setting of the training, from the next step on.
  case setting(name: String, value: LocatedValue)

  /// An edit and the step after which it was made.
  package struct Dated: Sendable, Equatable {
    package var step: Int
    package var edit: PlaygroundEdit

    package init(step: Int, edit: PlaygroundEdit) { (self.step, self.edit) = (step, edit) }
  }

  /// Is the same number meant?
  func isSame(as other: PlaygroundEdit) -> Bool {
    switch (self, other) {
    case (.weight(let name, let place, _), .weight(let otherName, let otherPlace, _)):
      name == otherName && place == otherPlace
    case (.setting(let name, _), .setting(let otherName, _)): name == otherName
    default: false
    }
  }

  /// Settings that a training can go on with another value of: those of a run that is resumed, and the
  /// penalties.
  package static let settings =
    RunConfiguration.settings.filter { $0.group == .training && $0.canChange }.map(\.name)
    + ["l1", "l2"]
}

extension PlaygroundEdit: Codable {
  enum Key: String, CodingKey {
    case step, weight, place, value, setting
  }

  /// - Throws: `Problem` for an edit of neither a weight nor a setting.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    if let name = try fields.decodeIfPresent(String.self, forKey: .setting) {
      guard let setting = RunConfiguration.setting(named: name),
        Self.settings.contains(setting.name)
      else {
        throw Problem.data(
          "setting",
          expected: "one that can change while a network learns: "
            + Self.settings.joined(separator: ", "), found: "`\(name)`",
          fix: "begin a new playground with other settings")
      }
      self = .setting(
        name: setting.name, value: try fields.decode(LocatedValue.self, forKey: .value))
      return
    }
    guard let name = try fields.decodeIfPresent(String.self, forKey: .weight) else {
      throw Problem.data(
        "edit", expected: "a `weight` or a `setting`", found: "neither",
        fix: "give the name of a weight with its place, or that of a setting")
    }
    self = .weight(
      name: name, place: try fields.decode([Int].self, forKey: .place),
      value: try fields.decode(Double.self, forKey: .value))
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .weight(let name, let place, let value):
      try fields.encode(name, forKey: .weight)
      try fields.encode(place, forKey: .place)
      try fields.encode(value, forKey: .value)
    case .setting(let name, let value):
      try fields.encode(name, forKey: .setting)
      try fields.encode(value, forKey: .value)
    }
  }
}

extension PlaygroundEdit.Dated: Codable {
  package init(from decoder: any Decoder) throws {
    step = try decoder.container(keyedBy: PlaygroundEdit.Key.self).decode(Int.self, forKey: .step)
    edit = try PlaygroundEdit(from: decoder)
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: PlaygroundEdit.Key.self)
    try fields.encode(step, forKey: .step)
    try edit.encode(to: encoder)
  }
}
