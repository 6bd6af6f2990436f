extension String {
  /// The name without case, underscores and hyphens: `glorot_uniform`, `GlorotUniform` and
  /// `glorotUniform` are one name, `conv_2d` and `Conv2D` another. Names are written in one spelling and
  /// read in any.
  package var normalizedName: String {
    String(String.UnicodeScalarView(lowercased().unicodeScalars.filter { $0 != "_" && $0 != "-" }))
  }
}

extension [String] {
  /// `a, b or c`.
  package var alternatives: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or \(self[count - 1])"
  }
}

/// A setting that is one of a few names. Reading refuses any other and lists them.
public protocol NamedChoice: RawRepresentable, CaseIterable, Codable where RawValue == String {}

extension NamedChoice {
  /// - Throws: `Problem` listing the names.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    let choice = Self.allCases.first { $0.rawValue.normalizedName == name.normalizedName }
    guard let choice else {
      throw Problem.unknown(decoder.codingPath.place, name, among: Self.names)
    }
    self = choice
  }

  /// All names.
  public static var names: [String] { allCases.map(\.rawValue) }
}

/// A key of any name, for settings that are not known before they are read.
package struct AnyKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }
  package init(_ name: String) { stringValue = name }
  package init?(stringValue: String) { self.init(stringValue) }
  package init?(intValue: Int) { nil }
}

extension [any CodingKey] {
  /// The path as messages write it: `network[1].kernel_size`.
  public var place: String {
    reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }
}
