/// Text in lines of at most `width` characters, broken at spaces.
///
/// - Parameters:
///   - indent: spaces before every line.
///   - hanging: more spaces before all lines but the first.
///   - cutsWords: cuts words that are longer than a line, which are left as they are otherwise.
package func wrapped(
  _ text: String, width: Int, indent: Int = 0, hanging: Int = 0, cutsWords: Bool = false
) -> [String] {
  let next = String(repeating: " ", count: indent + hanging)
  var lines: [String] = []
  var line = String(repeating: " ", count: indent)
  var isEmpty = true
  for word in text.split(separator: " ") {
    for piece in cutsWords ? pieces(word, width - next.count) : [String(word)] {
      if !isEmpty, line.count + 1 + piece.count > width {
        lines.append(line)
        line = next
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + piece
      isEmpty = false
    }
  }
  return lines + [line]
}

private func pieces(_ word: Substring, _ width: Int) -> [String] {
  var pieces: [String] = []
  var rest = word
  while rest.count > width {
    pieces.append(String(rest.prefix(width)))
    rest = rest.dropFirst(width)
  }
  return pieces + [String(rest)]
}
