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

/// Rows of texts in columns, two spaces apart and each as wide as its widest cell; where a line would be
/// longer than `width` the first column is cut. No line ends with spaces.
///
/// - Parameter alignments: of each column.
package func tableLines(
  _ rows: [[String]], _ alignments: [Alignment], indent: Int = 0, width: Int = 80
) -> [String] {
  var widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  let excess = indent + widths.reduce(0, +) + 2 * (widths.count - 1) - width
  if excess > 0 { widths[0] = max(8, widths[0] - excess) }
  return rows.map { row in
    let cells = row.indices.map { aligned(row[$0], to: widths[$0], alignments[$0]) }
    var line = String(repeating: " ", count: indent) + cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
