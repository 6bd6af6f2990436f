import Engine

extension Split {
  /// Splits by time: train is the past, then comes validation, then test.
  ///
  /// A row is used if all of its time lies on one side of each cut: a part ends with the cut, the next
  /// begins after it. Rows that reach over a cut are in no part; a row that is one moment never does. So
  /// no moment of one part is a moment of another, and rows of one moment stay together. The cuts lie
  /// where the parts' shares of rows are closest to what is asked for.
  /// - Parameters:
  ///   - spans: The first and the last moment of each row.
  ///   - fractions: Shares of train, validation and test; at least 0, train above 0, together 1.
  /// - Throws: `Problem` for other fractions, or where no cuts leave a row to each part.
  package init(spans: [ClosedRange<Double>], fractions: [Double] = Split.usualFractions) throws {
    try Self.check(fractions)
    let order = spans.indices.sorted {
      (spans[$0].upperBound, $0) < (spans[$1].upperBound, $1)
    }
    var rest = order
    var rows: [[Int]] = [[], [], []]
    let parts = Part.allCases.indices.filter { fractions[$0] > 0 }
    for (place, part) in parts.enumerated() {
      guard place < parts.count - 1 else {
        rows[part] = rest
        break
      }
      let share = fractions[part] / parts[place...].reduce(0) { $0 + fractions[$1] }
      guard let cut = Self.cut(rest.map { spans[$0] }, share, others: parts.count - 1 - place)
      else {
        throw Problem.data(
          "split_by_time", expected: "times that leave rows to each of \(parts.count) parts",
          found: "\(Set(spans.map(\.upperBound)).count) different times of \(spans.count) rows",
          fix: "give more rows, or set `validation` or `test` to 0 or to a file of its own")
      }
      rows[part] = rest.filter { spans[$0].upperBound <= cut }
      rest = rest.filter { spans[$0].lowerBound > cut }
    }
    self.init(train: rows[0].sorted(), validation: rows[1].sorted(), test: rows[2].sorted())
  }

  /// The moment after which the next part begins.
  ///
  /// - Parameters:
  ///   - spans: in the order of their ends.
  ///   - others: how many parts are still to come.
  /// - Returns: nil where nothing is left for them.
  static func cut(_ spans: [ClosedRange<Double>], _ share: Double, others: Int) -> Double? {
    let starts = spans.sorted { $0.lowerBound < $1.lowerBound }
    // The first end among those that begin after a place in the order of beginnings.
    var firstEnd = [Double](repeating: .infinity, count: starts.count + 1)
    for place in starts.indices.reversed() {
      firstEnd[place] = min(firstEnd[place + 1], starts[place].upperBound)
    }
    var best: (cut: Double, distance: Double)?
    var begun = 0
    for (place, span) in spans.enumerated() {
      let cut = span.upperBound
      if place + 1 < spans.count, spans[place + 1].upperBound == cut { continue }
      while begun < starts.count, starts[begun].lowerBound <= cut { begun += 1 }
      let after = starts.count - begun
      let leavesOthers =
        others < 2 ? after > 0 : after > 0 && starts.last!.lowerBound > firstEnd[begun]
      guard leavesOthers else { break }
      let distance = (Double(place + 1) / Double(place + 1 + after) - share).magnitude
      if distance < best?.distance ?? .infinity { best = (cut, distance) }
    }
    return best?.cut
  }
}
