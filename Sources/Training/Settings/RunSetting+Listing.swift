import Networks

extension RunSetting: Encodable {
  private enum Key: String, CodingKey {
    case name, group, help, values, choices
    case usual = "default"
  }

  /// What is said of it, for programs that show settings to people.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(name, forKey: .name)
    try fields.encode(group.rawValue, forKey: .group)
    try fields.encode(help, forKey: .help)
    try fields.encode(values, forKey: .values)
    if !choices.isEmpty { try fields.encode(choices, forKey: .choices) }
    try fields.encode(usual, forKey: .usual)
  }
}

extension [RunSetting] {
  /// Each setting with its help, below the name of its group, as Markdown.
  public var text: String {
    RunSetting.Group.allCases.map { group in
      "## \(group.rawValue)\n\n"
        + filter { $0.group == group }.map { "- `\($0.name)`: \($0.fullHelp)\n" }.joined()
    }.joined(separator: "\n")
  }
}
