/// A number as lessons write it: whole numbers whole, else so many significant digits, without zeros at
/// the end.
package func numberText(_ value: Double, digits: Int = 6) -> String {
  guard value.isFinite else { return "\(value)" }
  guard digits < 16 else { return "\(value)" }
  if value == value.rounded(), value.magnitude < 1e7 { return "\(Int(value))" }
  var exponent = Int(Double.log10(value.magnitude).rounded(.down))
  var whole = scaled(value.magnitude, digits - 1 - exponent).rounded()
  if whole >= scaled(1, digits) {
    exponent += 1
    whole = scaled(value.magnitude, digits - 1 - exponent).rounded()
  }
  var text = "\(Int(whole))"
  let isPlain = (-4..<7).contains(exponent)
  // How many of the digits stand before the point.
  let before = isPlain ? max(1, exponent + 1) : 1
  text += String(repeating: "0", count: max(0, before - text.count))
  if isPlain, exponent < 0 { text = String(repeating: "0", count: -exponent) + text }
  var fraction = text.dropFirst(before)
  while fraction.last == "0" { fraction = fraction.dropLast() }
  let sign = value < 0 ? "-" : ""
  let tail = isPlain ? "" : "e\(exponent)"
  return sign + text.prefix(before) + (fraction.isEmpty ? "" : "." + fraction) + tail
}

/// Times a power of ten; divided where the power is negative, since 0.1 is no exact number.
private func scaled(_ value: Double, _ power: Int) -> Double {
  // Two steps, so that not even 1e-320 makes the power infinite.
  let half = power.magnitude / 2
  let steps = [half, power.magnitude - half]
  return steps.reduce(value) { value, step in
    let factor = (0..<step).reduce(1.0) { factor, _ in factor * 10 }
    return power < 0 ? value / factor : value * factor
  }
}

/// Numbers in square brackets.
package func listText(_ values: [Double]) -> String {
  "[" + values.map { numberText($0) }.joined(separator: ", ") + "]"
}

/// A share as a percentage with one decimal.
package func percentText(_ share: Double) -> String {
  share.isFinite ? "\(numberText((share * 1000).rounded() / 10))%" : "\(share)"
}
