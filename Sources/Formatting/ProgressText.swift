/// How far work has come, as a bar of eight characters.
///
/// - Parameter part: from 0 to 1.
package func barText(_ part: Double) -> String {
  let filled = Int((min(1, max(0, part.isNaN ? 0 : part)) * 8).rounded())
  return String(repeating: "█", count: filled) + String(repeating: "░", count: 8 - filled)
}

/// Seconds as a clock shows them: `3:05`, `1:02:30`.
package func clockText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 3.6e8 else { return "?" }
  let whole = Int(max(0, seconds).rounded(.up))
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  return whole < 3600
    ? "\(whole / 60):\(two(whole % 60))"
    : "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
}

/// A curve on one line, from its lowest to its highest value; a value that is not finite leaves a gap.
///
/// - Parameter width: at most so many characters, the last value always among them.
package func sparkline(_ values: [Double], width: Int) -> String {
  guard width > 0, !values.isEmpty else { return "" }
  let count = min(width, values.count)
  let shown = (0..<count).map { values[($0 + 1) * values.count / count - 1] }
  let finite = shown.filter(\.isFinite)
  guard let low = finite.min(), let high = finite.max() else {
    return String(repeating: " ", count: count)
  }
  let blocks = Array("▁▂▃▄▅▆▇█")
  return String(
    shown.map { value in
      guard value.isFinite else { return " " }
      // Halves, since the distance between the largest numbers is none.
      let part = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5
      return blocks[Int((part * 7).rounded())]
    })
}
