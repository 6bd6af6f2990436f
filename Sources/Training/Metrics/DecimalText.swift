import Engine

/// A number with a fixed count of decimals, rounded half away from zero.
func decimalText(_ number: Double, decimals: Int) -> String {
  let power = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
  let scaled = (number.magnitude * power).rounded()
  guard scaled < 9e15 else { return "\(number)" }
  let digits = String(Int(scaled))
  let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  let sign = number < 0 && scaled > 0 ? "-" : ""
  let whole = padded.dropLast(decimals)
  return sign + whole + (decimals == 0 ? "" : "." + padded.suffix(decimals))
}

/// A finite number to four significant digits, without trailing noise: `0.01234`, `12.34`, `1.234e9`.
func significantText(_ number: Double) -> String {
  guard number != 0 else { return "0" }
  var exponent = Int((Double.log(number.magnitude) / Double.log(10)).rounded(.down))
  // 9.9996 is 10.00 in four digits.
  if number.magnitude / powerOfTen(exponent) >= 9.9995 { exponent += 1 }
  if (-4..<7).contains(exponent) {
    return decimalText(number, decimals: max(0, 3 - exponent))
  }
  return decimalText(number / powerOfTen(exponent), decimals: 3) + "e\(exponent)"
}

private func powerOfTen(_ exponent: Int) -> Double {
  let power = (0..<exponent.magnitude).reduce(1.0) { value, _ in value * 10 }
  return exponent < 0 ? 1 / power : power
}

/// Which end of a column a text stands at.
enum Alignment { case left, right }

/// A text in a column: filled with spaces, or cut with an ellipsis where it is too long.
func aligned(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
  guard text.count <= width else { return text.prefix(width - 1) + "…" }
  let space = String(repeating: " ", count: width - text.count)
  return alignment == .left ? text + space : space + text
}

extension Score {
  /// `0.913 [0.87, 0.94]` for shares, the ends with two decimals or more; the reason when there is no
  /// value.
  func text(endDecimals: Int = 2) -> String {
    guard let value else { return "- (\(reason ?? "undefined"))" }
    let text = decimalText(value, decimals: 3)
    guard let low, let high else { return text }
    return text + " [\(decimalText(low, decimals: endDecimals)), "
      + "\(decimalText(high, decimals: endDecimals))]"
  }

  /// `12.34 [11.02, 13.97]` for numbers of any size; the reason when there is no value.
  var significantDigits: String {
    guard let value else { return "- (\(reason ?? "undefined"))" }
    guard let low, let high else { return significantText(value) }
    return "\(significantText(value)) [\(significantText(low)), \(significantText(high))]"
  }
}
