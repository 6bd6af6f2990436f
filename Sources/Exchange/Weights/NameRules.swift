import Engine
import Networks

/// How the tensors of another program are called, and how they lie, beside those of a network here.
///
/// In a file, each may be left out:
/// ```yaml
/// layers:                    # a layer here: the one there; * stands for the same text in both
///   "conv_*": "features.*.0"
///   dense: classifier.1
/// by_order: false            # true: the first layer here is the first there, and so on
/// layout: torch              # or keras: kernels lie there as they do here
/// ignore: ["fc.*"]           # tensors there that nobody wants
/// new: [dense_1]             # layers here that keep their first weights
/// ```
package struct NameRules: Codable, Sendable, Equatable {
  /// How weights lie there.
  package enum Layout: String, Sendable, NamedChoice {
    /// Kernels of convolutions by outputs, inputs, rows, columns; of dense layers by outputs, inputs.
    case torch
    /// As here.
    case keras
  }

  /// What layers here are called there.
  package var layers: [String: String] = [:]
  /// Whether layers belong together by their order instead.
  package var byOrder = false
  package var layout = Layout.torch
  /// Names there that are left out.
  package var ignored: [String] = []
  /// Layers here that have no weights there.
  package var new: [String] = []

  /// Names that are the same.
  package init() {}

  private enum Key: String, CodingKey {
    case layers, layout, new
    case byOrder = "by_order"
    case ignored = "ignore"
  }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    layers = try fields.decodeIfPresent([String: String].self, forKey: .layers) ?? [:]
    byOrder = try fields.decodeIfPresent(Bool.self, forKey: .byOrder) ?? false
    layout = try fields.decodeIfPresent(Layout.self, forKey: .layout) ?? .torch
    ignored = try fields.decodeIfPresent([String].self, forKey: .ignored) ?? []
    new = try fields.decodeIfPresent([String].self, forKey: .new) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(layers, forKey: .layers)
    try fields.encode(byOrder, forKey: .byOrder)
    try fields.encode(layout, forKey: .layout)
    try fields.encode(ignored, forKey: .ignored)
    try fields.encode(new, forKey: .new)
  }

  /// What a layer is called there: by the rule that says most letters of its name, else as here.
  func theirs(_ layer: String) -> String {
    let rules = layers.sorted { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }
    for (own, theirs) in rules {
      if let found = NamePattern(own).match(layer) { return NamePattern(theirs).filled(found) }
    }
    return layer
  }
}

/// A name in which each `*` stands for any text.
struct NamePattern {
  private let parts: [String]

  init(_ text: String) {
    parts = text.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
  }

  /// What stands for each `*`, as little as can be; nil if a name does not fit.
  func match(_ name: String) -> [String]? {
    guard let first = parts.first, name.hasPrefix(first) else { return nil }
    var rest = name.dropFirst(first.count)
    var found: [String] = []
    for (place, part) in parts.enumerated().dropFirst() {
      if place == parts.count - 1 {
        guard rest.hasSuffix(part) else { return nil }
        found.append(String(rest.dropLast(part.count)))
        return found
      }
      guard let end = part.isEmpty ? rest.startIndex : rest.firstRange(of: part)?.lowerBound else {
        return nil
      }
      found.append(String(rest[..<end]))
      rest = rest[end...].dropFirst(part.count)
    }
    return rest.isEmpty ? found : nil
  }

  /// With such texts for its `*`.
  func filled(_ texts: [String]) -> String {
    parts.dropFirst().enumerated().reduce(parts[0]) { name, next in
      name + (next.offset < texts.count ? texts[next.offset] : "") + next.element
    }
  }
}
