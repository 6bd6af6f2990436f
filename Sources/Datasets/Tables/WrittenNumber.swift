/// A cell that may be a number written for people, taken apart: `−$1,477.38`, `(1 234,50 kg)`, `16 %`.
struct WrittenNumber {
  /// Whether a minus, in front or behind, or brackets around say so.
  private(set) var isNegative = false
  /// What stands before the digits, such as `$`; empty for nothing.
  private(set) var unitBefore = ""
  /// What stands behind the digits, such as `kg`; empty for nothing.
  private(set) var unitAfter = ""
  /// What stands before or behind the digits.
  var unit: String { unitBefore + unitAfter }
  /// Digits with the signs between them, in ASCII.
  private(set) var body: ArraySlice<UInt8> = []

  /// The longest unit, in bytes; what is longer is a sentence.
  private static let longestUnit = 16

  /// Takes a text apart; nil if it is no number in any format.
  init?(_ field: UnsafeBufferPointer<UInt8>) {
    guard field.count <= 64 else { return nil }
    let text = Self.plain(field)
    var rest = Self.trimmed(text[...])
    if let first = rest.first, let last = rest.last, first == Byte.open, last == Byte.close {
      isNegative = true
      rest = Self.trimmed(rest.dropFirst().dropLast())
    }
    guard takeSign(&rest) else { return nil }
    guard let digit = rest.firstIndex(where: Byte.isDigit) else { return nil }
    // `.5` and `,5` begin with the decimal sign.
    var start = digit
    if start > rest.startIndex, Byte.isPoint(rest[start - 1]) { start -= 1 }
    let before = Self.trimmed(rest[..<start])
    rest = rest[start...]
    var unit = before
    if let last = unit.last, last == Byte.minus || last == Byte.plus {
      guard !isNegative else { return nil }
      isNegative = last == Byte.minus
      unit = Self.trimmed(unit.dropLast())
    }
    guard let unitBefore = Self.unit(unit) else { return nil }
    self.unitBefore = unitBefore

    var end = rest.startIndex
    while end < rest.endIndex, Byte.isDigit(rest[end]) || Byte.isSeparator(rest[end]) { end += 1 }
    end = Self.exponentEnd(rest, from: end)
    body = rest[..<end]
    // A separator behind the last digit belongs to what follows.
    while let last = body.last, !Byte.isDigit(last) { body = body.dropLast() }
    var after = Self.trimmed(rest[body.endIndex...])
    if after.last == Byte.minus, !isNegative, after.count == 1 || unitBefore.isEmpty {
      isNegative = true
      after = Self.trimmed(after.dropLast())
    }
    // `1.jpg` is the name of a file.
    let behind = rest[body.endIndex...].prefix(2).map { $0 | 0x20 }
    let isEnding =
      behind.count == 2 && rest[body.endIndex] == UInt8(ascii: ".")
      && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(behind[1])
    guard !isEnding, let unitAfter = Self.unit(after) else { return nil }
    self.unitAfter = unitAfter
  }

  /// False for a second sign.
  private mutating func takeSign(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let first = rest.first, first == Byte.minus || first == Byte.plus else { return true }
    guard !isNegative else { return false }
    isNegative = first == Byte.minus
    rest = Self.trimmed(rest.dropFirst())
    return true
  }

  /// Behind `e-12`, if it follows a digit.
  private static func exponentEnd(_ text: ArraySlice<UInt8>, from end: Int) -> Int {
    guard end > text.startIndex, Byte.isDigit(text[end - 1]), end < text.endIndex,
      text[end] | 0x20 == UInt8(ascii: "e")
    else { return end }
    var next = end + 1
    if next < text.endIndex, text[next] == Byte.minus || text[next] == Byte.plus { next += 1 }
    let first = next
    while next < text.endIndex, Byte.isDigit(text[next]) { next += 1 }
    return next > first ? next : end
  }

  /// A unit has no digit and no separator but a point; nil for what is none.
  private static func unit(_ bytes: ArraySlice<UInt8>) -> String? {
    guard bytes.count <= longestUnit,
      bytes.allSatisfy({ byte in
        !Byte.isDigit(byte) && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "<")
          && byte != UInt8(ascii: ">") && byte != Byte.minus && byte != Byte.plus
          && byte != UInt8(ascii: ":") && byte != Byte.open && byte != Byte.close
      })
    else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var bytes = bytes
    while bytes.first == Byte.space || bytes.first == 0x09 { bytes = bytes.dropFirst() }
    while bytes.last == Byte.space || bytes.last == 0x09 { bytes = bytes.dropLast() }
    return bytes
  }

  /// Typographic signs as their plain ones: the minus, spaces that do not break, the apostrophe.
  static func plain(_ field: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var plain: [UInt8] = []
    plain.reserveCapacity(field.count)
    var index = 0
    while index < field.count {
      if field[index] >= 0x80 {
        let rest = UnsafeBufferPointer(rebasing: field[index...])
        if let (sign, length) = typographic.lazy.compactMap({ text, sign in
          rest.starts(with: text) ? (sign, text.count) : nil
        }).first {
          plain.append(sign)
          index += length
          continue
        }
      }
      plain.append(field[index])
      index += 1
    }
    return plain
  }

  private static let typographic: [(text: [UInt8], sign: UInt8)] = [
    ("\u{2212}", "-"), ("\u{2013}", "-"), ("\u{00A0}", " "), ("\u{202F}", " "), ("\u{2009}", " "),
    ("\u{2007}", " "), ("\u{2019}", "'"),
  ].map { (Array($0.0.utf8), UInt8(ascii: $0.1)) }

  /// The bytes that a number is made of beside its digits.
  enum Byte {
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let space = UInt8(ascii: " ")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")

    static func isDigit(_ byte: UInt8) -> Bool {
      byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    static func isPoint(_ byte: UInt8) -> Bool {
      byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
    }

    static func isSeparator(_ byte: UInt8) -> Bool {
      isPoint(byte) || byte == space || byte == UInt8(ascii: "'")
    }
  }
}
