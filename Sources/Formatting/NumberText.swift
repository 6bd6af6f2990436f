import Platform

extension Double {
  /// With a fixed count of decimals, rounded half away from zero.
  package func text(decimals: Int) -> String {
    let scaled = (magnitude * .powerOfTen(decimals)).rounded()
    guard scaled < 9e15 else { return "\(self)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = self < 0 && scaled > 0 ? "-" : ""
    let whole = padded.dropLast(decimals)
    return sign + whole + (decimals == 0 ? "" : "." + padded.suffix(decimals))
  }

  /// To four significant digits, without trailing noise: `0.01234`, `12.34`, `1.234e9`.
  package var shortText: String {
    guard isFinite else { return "\(self)" }
    guard self != 0 else { return "0" }
    var exponent = Int(Double.log10(magnitude).rounded(.down))
    // 9.9996 is 10.00 in four digits.
    if magnitude / .powerOfTen(exponent) >= 9.9995 { exponent += 1 }
    if (-4..<7).contains(exponent) { return text(decimals: max(0, 3 - exponent)) }
    return (self / .powerOfTen(exponent)).text(decimals: 3) + "e\(exponent)"
  }

  /// To four significant digits, without zeros at the end of the decimals.
  package var brief: String { Self.withoutZeros(shortText) }

  /// To two significant digits, for narrow places.
  package var rough: String {
    guard isFinite, self != 0 else { return brief }
    let unit = Double.powerOfTen(Int(Double.log10(magnitude).rounded(.down)) - 1)
    return ((self / unit).rounded() * unit).brief
  }

  /// With at most this many decimals and no zeros at their end.
  package func trimmed(decimals: Int) -> String { Self.withoutZeros(text(decimals: decimals)) }

  /// To three significant digits with a true minus sign, for drawings: `−0.125`, `1.2e6`.
  package var drawnText: String {
    let size = magnitude
    guard size.isFinite, size != 0 else { return self == 0 ? "0" : "\(self)" }
    let sign = self < 0 ? "−" : ""
    guard size >= 0.0005, size < 100_000 else {
      var (digits, power) = (size, 0)
      while digits >= 9.95 { (digits, power) = (digits / 10, power + 1) }
      while digits < 0.995 { (digits, power) = (digits * 10, power - 1) }
      return sign + digits.trimmed(decimals: 1) + "e\(power)"
    }
    var decimals = 3
    while decimals > 0, size >= .powerOfTen(3 - decimals) { decimals -= 1 }
    return sign + size.trimmed(decimals: decimals)
  }

  /// Bytes with one decimal in the largest unit that they fill: `1.5 GiB`.
  package var byteText: String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (number, unit) = (self, 0)
    while number >= 1024, unit < units.count - 1 { (number, unit) = (number / 1024, unit + 1) }
    return "\(number.text(decimals: 1)) \(units[unit])"
  }

  private static func withoutZeros(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let power = text.firstIndex(of: "e").map { text[$0...] } ?? ""
    var digits = text.dropLast(power.count)
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits) + power
  }

  package static func log10(_ x: Double) -> Double { log(x) / log(10) }

  package static func powerOfTen(_ exponent: Int) -> Double {
    let power = (0..<exponent.magnitude).reduce(1.0) { value, _ in value * 10 }
    return exponent < 0 ? 1 / power : power
  }
}

extension Int {
  /// `60,000`.
  package var grouped: String {
    var text = ""
    for (place, digit) in String(magnitude).reversed().enumerated() {
      if place > 0, place.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "−" : "") + text.reversed()
  }
}

extension Double {
  /// Rounded to a whole number, `60,000`; what is too large for that in short form.
  package var grouped: String { magnitude < 0x1p53 ? Int(rounded()).grouped : shortText }
}

/// Which end of a column a text stands at.
package enum Alignment { case left, right }

/// A text in a column: filled with spaces, or cut with an ellipsis where it is too long.
package func aligned(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
  guard text.count <= width else { return text.prefix(width - 1) + "…" }
  let space = String(repeating: " ", count: width - text.count)
  return alignment == .left ? text + space : space + text
}
