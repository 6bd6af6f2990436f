extension String {
  /// The known name that is written most like this one; nil if none is near enough to be meant.
  package func nearest(among known: [String]) -> String? {
    // Of one or two letters nothing is left to recognise when one is wrong.
    let count = count
    let most = count < 3 ? 0 : (count + 2) / 3
    // A difference in length is at least as many edits; a name as long as a file is not compared.
    let nearest = known.filter { abs($0.count - count) <= most }.map { ($0, edits(to: $0)) }
      .min { $0.1 < $1.1 }
    return nearest.flatMap { $1 <= most ? $0 : nil }
  }

  /// How many letters must be put in, left out or changed to make another text of it (Levenshtein 1966).
  private func edits(to other: String) -> Int {
    let a = Array(lowercased().map { $0 == "-" ? "_" : $0 })
    let b = Array(other.lowercased().map { $0 == "-" ? "_" : $0 })
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let change = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = Swift.min(change, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}
