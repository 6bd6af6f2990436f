import Engine

/// The sign between whole and decimal digits.
package enum DecimalSign: String, Sendable, NamedChoice {
  /// `1477.38`
  case point
  /// `1477,38`
  case comma

  var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
}

/// How a column writes its numbers: the sign before decimals, the one between thousands, a unit.
///
/// A minus sign may be typographic, stand behind, or be brackets around the number, in any format.
package struct NumberFormat: Sendable, Codable, Hashable {
  /// The sign between groups of digits.
  package enum Grouping: String, Sendable, NamedChoice {
    /// `1477`
    case none
    /// `1.477`
    case point
    /// `1,477`
    case comma
    /// `1 477`, with any kind of space
    case space
    /// `1'477`
    case apostrophe

    var byte: UInt8? {
      switch self {
      case .none: nil
      case .point: UInt8(ascii: ".")
      case .comma: UInt8(ascii: ",")
      case .space: UInt8(ascii: " ")
      case .apostrophe: UInt8(ascii: "'")
      }
    }
  }

  /// Before the decimals.
  package var decimalSign = DecimalSign.point
  /// Between groups of digits.
  package var grouping = Grouping.none
  /// What may stand before or behind each number, such as `$` or `kg`; empty for nothing.
  package var unit = ""

  /// As programs write numbers: `-1477.38`.
  package static let plain = NumberFormat()

  /// A format; what is left out is as programs write.
  package init(
    decimalSign: DecimalSign = .point, grouping: Grouping = .none, unit: String = ""
  ) {
    (self.decimalSign, self.grouping, self.unit) = (decimalSign, grouping, unit)
  }

  /// What a cell says in this format.
  func read(_ field: UnsafeBufferPointer<UInt8>) -> DecimalNumber.Reading {
    // As programs write is read without taking the text apart, where nothing else can be meant.
    if decimalSign == .point {
      let plain = DecimalNumber.read(field)
      if plain != .notANumber { return plain }
    }
    guard let text = WrittenNumber(field) else { return .notANumber }
    return read(text)
  }

  /// What a text that is taken apart says in this format.
  func read(_ text: WrittenNumber) -> DecimalNumber.Reading {
    guard text.unitBefore.isEmpty || text.unitAfter.isEmpty,
      text.unit == unit || text.unit.isEmpty,
      let digits = digits(of: text.body)
    else { return .notANumber }
    let reading = digits.withUnsafeBufferPointer { DecimalNumber.read($0) }
    guard case .finite(let value) = reading else { return reading }
    return .finite(text.isNegative ? -value : value)
  }

  /// The digits without groups and with a point; nil where they are written otherwise.
  private func digits(of body: ArraySlice<UInt8>) -> [UInt8]? {
    var digits: [UInt8] = []
    var groups: [Int] = [0]
    var isWhole = true
    for byte in body {
      if WrittenNumber.Byte.isDigit(byte) {
        if isWhole { groups[groups.count - 1] += 1 }
        digits.append(byte)
      } else if byte == decimalSign.byte {
        guard isWhole else { return nil }
        isWhole = false
        digits.append(UInt8(ascii: "."))
      } else if byte == grouping.byte {
        guard isWhole else { return nil }
        groups.append(0)
      } else if byte | 0x20 == UInt8(ascii: "e") || byte == WrittenNumber.Byte.minus
        || byte == WrittenNumber.Byte.plus
      {
        isWhole = false
        digits.append(byte)
      } else {
        return nil
      }
    }
    return Self.areGroups(groups) ? digits : nil
  }

  /// Whether digits are grouped as people do: by thousands, or as in India by hundreds beyond them.
  private static func areGroups(_ groups: [Int]) -> Bool {
    guard groups.count > 1 else { return true }
    return groups[groups.count - 1] == 3 && (1...3).contains(groups[0])
      && groups.dropFirst().dropLast().allSatisfy { $0 == 3 || $0 == 2 }
  }

  /// In words, such as `decimal comma, points between thousands, in kg`; empty for the plain format.
  var words: String {
    var parts: [String] = []
    if decimalSign == .comma { parts.append("with a decimal comma") }
    switch grouping {
    case .none: break
    case .point: parts.append("with points between thousands")
    case .comma: parts.append("with commas between thousands")
    case .space: parts.append("with spaces between thousands")
    case .apostrophe: parts.append("with apostrophes between thousands")
    }
    if !unit.isEmpty { parts.append("in `\(unit)`") }
    return parts.joined(separator: ", ")
  }
}
