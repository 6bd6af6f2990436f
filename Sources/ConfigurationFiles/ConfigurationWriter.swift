import Engine
import Networks
package import Training
import Yams

extension ConfigurationFile {
  /// A configuration as YAML that is read back as the same: the settings that differ from the defaults, in the
  /// order in which settings are declared.
  ///
  /// - Parameter names: of settings that are written too where they are as the defaults.
  /// - Throws: what a setting throws that cannot be written.
  package static func yaml(
    _ configuration: RunConfiguration, including names: Set<String> = []
  ) throws -> String {
    let (given, usual) = try (members(of: configuration), members(of: RunConfiguration()))
    var nodes: [(Yams.Node, Yams.Node)] = []
    for name in ["format_version"] + RunConfiguration.settings.map(\.name) {
      guard let value = given[name], value.content != .null else { continue }
      guard value != usual[name] || names.contains(name) || name == "format_version" else {
        continue
      }
      nodes.append((node(.text(name)), node(value.content)))
    }
    return try Yams.serialize(
      node: .mapping(.init(nodes, Tag(.map), .block)), width: -1, allowUnicode: true)
  }

  private static func members(
    of configuration: RunConfiguration
  ) throws -> [String: LocatedValue] {
    try LocatedValue(json: JSONText.encode(configuration), origin: "").members ?? [:]
  }

  private static func node(_ content: LocatedValue.Content) -> Yams.Node {
    switch content {
    case .null: .scalar(.init("null", Tag(.null), .plain))
    case .bool(let value): .scalar(.init("\(value)", Tag(.bool), .plain))
    case .integer(let value): .scalar(.init("\(value)", Tag(.int), .plain))
    case .number(let value): .scalar(.init(text(value), Tag(.float), .plain))
    case .text(let text):
      .scalar(.init(text, Tag(.str), isPlain(text) ? .plain : .doubleQuoted))
    case .list(let items):
      .sequence(
        .init(
          items.map { node($0.content) }, Tag(.seq),
          items.contains(where: \.isNested) ? .block : .flow))
    case .object(let members):
      .mapping(
        .init(
          members.sorted { $0.key < $1.key }.map { (node(.text($0.key)), node($0.value.content)) },
          Tag(.map), .block))
    }
  }

  private static func text(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = "\(value)"
    // Without a point, 1e-05 is a text to some readers of YAML.
    guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Whether a reader takes it for a text without quotation marks: a word that stands for nothing else.
  private static func isPlain(_ text: String) -> Bool {
    let others = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    guard let first = text.first, first.isASCII, first.isLetter else { return false }
    return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-./".contains($0)) }
      && !others.contains(text.lowercased())
  }
}

extension LocatedValue {
  fileprivate var isNested: Bool {
    switch content {
    case .list, .object: true
    default: false
    }
  }
}
